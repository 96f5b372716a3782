using System.Runtime.InteropServices;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Protocol;

/// <summary>Sizes and offsets of include/uapi/linux/fuse.h, as a C compiler says.</summary>
public sealed class WireLayoutTests
{
    [TestCase(typeof(InHeader), 40)]
    [TestCase(typeof(OutHeader), 16)]
    [TestCase(typeof(InitIn), 16)]
    [TestCase(typeof(SetAttrIn), 88)]
    [TestCase(typeof(MkNodIn), 16)]
    [TestCase(typeof(OpenIn), 8)]
    [TestCase(typeof(ReadIn), 40)]
    [TestCase(typeof(WriteIn), 40)]
    [TestCase(typeof(ReleaseIn), 24)]
    [TestCase(typeof(PollIn), 24)]
    [TestCase(typeof(Attr), 88)]
    [TestCase(typeof(EntryOut), 128)]
    [TestCase(typeof(AttrOut), 104)]
    [TestCase(typeof(OpenOut), 16)]
    [TestCase(typeof(WriteOut), 8)]
    [TestCase(typeof(InitOut), 64)]
    [TestCase(typeof(StatFsOut), 80)]
    [TestCase(typeof(DirEntry), 24)]
    [TestCase(typeof(DirEntryPlus), 152)]
    [TestCase(typeof(PollOut), 8)]
    [TestCase(typeof(NotifyPollWakeUp), 8)]
    [TestCase(typeof(NotifyInvalidateInode), 24)]
    [TestCase(typeof(NotifyInvalidateEntry), 16)]
    [TestCase(typeof(InitInExtension), 4)]
    public void Size_OfStruct_IsThatOfTheKernel(Type type, int size) => Assert.That(Marshal.SizeOf(type), Is.EqualTo(size));

    [TestCase(typeof(InHeader), nameof(InHeader.Opcode), 4)]
    [TestCase(typeof(InHeader), nameof(InHeader.Unique), 8)]
    [TestCase(typeof(InHeader), nameof(InHeader.NodeId), 16)]
    [TestCase(typeof(InHeader), nameof(InHeader.Uid), 24)]
    [TestCase(typeof(InHeader), nameof(InHeader.Pid), 32)]
    [TestCase(typeof(OutHeader), nameof(OutHeader.Error), 4)]
    [TestCase(typeof(OutHeader), nameof(OutHeader.Unique), 8)]
    [TestCase(typeof(InitIn), nameof(InitIn.Flags), 12)]
    [TestCase(typeof(InitOut), nameof(InitOut.MaxBackground), 16)]
    [TestCase(typeof(InitOut), nameof(InitOut.MaxWrite), 20)]
    [TestCase(typeof(InitOut), nameof(InitOut.MaxPages), 28)]
    [TestCase(typeof(InitOut), nameof(InitOut.Flags2), 32)]
    [TestCase(typeof(InitOut), nameof(InitOut.MaxStackDepth), 36)]
    [TestCase(typeof(OpenOut), nameof(OpenOut.BackingId), 12)]
    [TestCase(typeof(SetAttrIn), nameof(SetAttrIn.AccessSeconds), 32)]
    [TestCase(typeof(SetAttrIn), nameof(SetAttrIn.AccessNanoseconds), 56)]
    [TestCase(typeof(SetAttrIn), nameof(SetAttrIn.Mode), 68)]
    [TestCase(typeof(SetAttrIn), nameof(SetAttrIn.Uid), 76)]
    [TestCase(typeof(ReadIn), nameof(ReadIn.Size), 16)]
    [TestCase(typeof(WriteIn), nameof(WriteIn.Size), 16)]
    [TestCase(typeof(PollIn), nameof(PollIn.KernelHandle), 8)]
    [TestCase(typeof(PollIn), nameof(PollIn.Flags), 16)]
    [TestCase(typeof(PollIn), nameof(PollIn.Events), 20)]
    [TestCase(typeof(Attr), nameof(Attr.AccessNanoseconds), 48)]
    [TestCase(typeof(Attr), nameof(Attr.Mode), 60)]
    [TestCase(typeof(Attr), nameof(Attr.BlockSize), 80)]
    [TestCase(typeof(EntryOut), nameof(EntryOut.EntryNanoseconds), 32)]
    [TestCase(typeof(EntryOut), nameof(EntryOut.Attr), 40)]
    [TestCase(typeof(AttrOut), nameof(AttrOut.Attr), 16)]
    [TestCase(typeof(StatFsOut), nameof(StatFsOut.BlockSize), 40)]
    [TestCase(typeof(DirEntry), nameof(DirEntry.NameLength), 16)]
    [TestCase(typeof(DirEntryPlus), nameof(DirEntryPlus.DirEntry), 128)]
    public void Offset_OfField_IsThatOfTheKernel(Type type, string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf(type, field), Is.EqualTo(offset));
}
