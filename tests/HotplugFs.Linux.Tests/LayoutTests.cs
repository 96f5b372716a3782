using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Linux.Tests;

/// <summary>Sizes and offsets of the kernel's and the C library's structures on 64-bit Linux, as a C compiler reports them.</summary>
public sealed class LayoutTests
{
    private static readonly Dictionary<Type, int> Sizes = new()
    {
        [typeof(CMsg)] = 24,
        [typeof(FdSet)] = 128,
        [typeof(FuseBackingMap)] = 16,
        [typeof(IfReq)] = 40,
        [typeof(IfReq.IfName)] = 16,
        [typeof(IoVec)] = 16,
        [typeof(MsgHdr)] = 56,
        [typeof(NlMsgHdr)] = 16,
        [typeof(PollFd)] = 8,
        [typeof(SignalSet)] = 128,
        [typeof(SpawnBuffer)] = 512,
        [typeof(StatFs)] = 120,
        [typeof(Statx)] = 256,
        [typeof(SysIoctl.Termios)] = 64,
        [typeof(SysIoctl.Termios.Rest)] = 48,
        [typeof(SysIoctl.WinSize)] = 8,
        [typeof(TimeSpec)] = 16,
        [typeof(TimeVal)] = 16,
        [typeof(WaitStatus)] = 4,
    };

    [Test]
    public void Structures_AllHaveAnExpectedSize()
    {
        // The compiler's own types have angle brackets in their names.
        var structures = typeof(DescriptorHandle).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsEnum: false } && !type.FullName!.Contains('<'));
        Assert.That(structures, Is.EquivalentTo(Sizes.Keys));
    }

    [TestCaseSource(nameof(Sizes))]
    public void Size_IsTheKernels(KeyValuePair<Type, int> structure) => Assert.That(SizeOf(structure.Key), Is.EqualTo(structure.Value));

    [TestCase(typeof(CMsg), nameof(CMsg.Level), 8)]
    [TestCase(typeof(CMsg), nameof(CMsg.Descriptor), 16)]
    [TestCase(typeof(FuseBackingMap), nameof(FuseBackingMap.Flags), 4)]
    [TestCase(typeof(IoVec), nameof(IoVec.Length), 8)]
    [TestCase(typeof(MsgHdr), nameof(MsgHdr.Vectors), 16)]
    [TestCase(typeof(MsgHdr), nameof(MsgHdr.Control), 32)]
    [TestCase(typeof(MsgHdr), nameof(MsgHdr.Flags), 48)]
    [TestCase(typeof(PollFd), nameof(PollFd.Events), 4)]
    [TestCase(typeof(PollFd), nameof(PollFd.ReturnedEvents), 6)]
    public void Offset_IsTheKernels(Type type, string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf(type, field), Is.EqualTo(offset));

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
