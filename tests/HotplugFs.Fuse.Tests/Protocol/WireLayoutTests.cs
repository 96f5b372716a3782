using System.Reflection;
using System.Runtime.InteropServices;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Protocol;

/// <summary>The layout of all structures of the protocol.</summary>
public sealed class WireLayoutTests
{
    /// <summary>Sizes and offsets of include/uapi/linux/fuse.h as a C compiler reports them for x86-64, except for the two noted.</summary>
    private static readonly Dictionary<string, string> Expected = new()
    {
        [nameof(InHeader)] = "40: Length 0, Opcode 4, Unique 8, NodeId 16, Uid 24, Gid 28, Pid 32, Extensions 36",
        [nameof(OutHeader)] = "16: Length 0, Error 4, Unique 8",
        // The structure of protocol 7.35, and the field that 7.36 adds.
        [nameof(InitIn)] = "16: Major 0, Minor 4, MaxReadAhead 8, Flags 12",
        [nameof(InitInExtension)] = "4: Flags2 0",
        [nameof(SetAttrIn)] = "88: Valid 0, Padding 4, Handle 8, Size 16, LockOwner 24, AccessSeconds 32, ModifySeconds 40, "
            + "ChangeSeconds 48, AccessNanoseconds 56, ModifyNanoseconds 60, ChangeNanoseconds 64, Mode 68, Unused4 72, Uid 76, "
            + "Gid 80, Unused5 84",
        [nameof(MkNodIn)] = "16: Mode 0, Device 4, Umask 8, Padding 12",
        [nameof(OpenIn)] = "8: Flags 0, OpenFlags 4",
        [nameof(ReadIn)] = "40: Handle 0, Offset 8, Size 16, ReadFlags 20, LockOwner 24, Flags 32, Padding 36",
        [nameof(WriteIn)] = "40: Handle 0, Offset 8, Size 16, WriteFlags 20, LockOwner 24, Flags 32, Padding 36",
        [nameof(ReleaseIn)] = "24: Handle 0, Flags 8, ReleaseFlags 12, LockOwner 16",
        [nameof(PollIn)] = "24: Handle 0, KernelHandle 8, Flags 16, Events 20",
        [nameof(InterruptIn)] = "8: Unique 0",
        [nameof(Attr)] = "88: Inode 0, Size 8, Blocks 16, AccessSeconds 24, ModifySeconds 32, ChangeSeconds 40, AccessNanoseconds 48, "
            + "ModifyNanoseconds 52, ChangeNanoseconds 56, Mode 60, LinkCount 64, Uid 68, Gid 72, Device 76, BlockSize 80, Flags 84",
        [nameof(EntryOut)] = "128: NodeId 0, Generation 8, EntrySeconds 16, AttrSeconds 24, EntryNanoseconds 32, "
            + "AttrNanoseconds 36, Attr 40",
        [nameof(AttrOut)] = "104: AttrSeconds 0, AttrNanoseconds 8, Padding 12, Attr 16",
        [nameof(OpenOut)] = "16: Handle 0, Flags 8, BackingId 12",
        [nameof(WriteOut)] = "8: Size 0, Padding 4",
        [nameof(InitOut)] = "64: Major 0, Minor 4, MaxReadAhead 8, Flags 12, MaxBackground 16, CongestionThreshold 18, MaxWrite 20, "
            + "TimeGranularity 24, MaxPages 28, MapAlignment 30, Flags2 32, MaxStackDepth 36, Unused 40",
        [nameof(StatFsOut)] = "80: Blocks 0, BlocksFree 8, BlocksAvailable 16, Files 24, FilesFree 32, BlockSize 40, NameLength 44, "
            + "FragmentSize 48, Padding 52, Spare 56",
        [nameof(DirEntry)] = "24: Inode 0, Offset 8, NameLength 16, Type 20",
        [nameof(DirEntryPlus)] = "152: Entry 0, DirEntry 128",
        [nameof(PollOut)] = "8: Events 0, Padding 4",
        [nameof(NotifyPollWakeUp)] = "8: KernelHandle 0",
        [nameof(NotifyInvalidateInode)] = "24: NodeId 0, Offset 8, Length 16",
        [nameof(NotifyInvalidateEntry)] = "16: Parent 0, NameLength 8, Flags 12",
    };

    private static IEnumerable<Type> Structures() =>
        from type in typeof(InHeader).Assembly.GetTypes()
        where type.Namespace == typeof(InHeader).Namespace
        where type is { IsValueType: true, IsEnum: false, IsByRefLike: false, IsNested: false }
        select type;

    [TestCaseSource(nameof(Structures))]
    public void Layout_Structure_IsThatOfTheKernel(Type type)
    {
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        var offsets = fields.Select(field => $"{field.Name} {Marshal.OffsetOf(type, field.Name)}");
        Assert.That($"{Marshal.SizeOf(type)}: {string.Join(", ", offsets)}", Is.EqualTo(Expected.GetValueOrDefault(type.Name)));
    }

    [Test]
    public void Layouts_AreThoseOfTheStructures() => Assert.That(Structures().Select(type => type.Name), Is.EquivalentTo(Expected.Keys));
}
