using System.Runtime.InteropServices;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Protocol;
using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>Passthrough on a real mount. Only the number of requests shows that the kernel reads by itself.</summary>
public sealed class PassthroughTests
{
    private const string Constant = "memory/block_size_bytes";
    private const string Changing = "memory/memory33/state";

    [Test]
    public void Read_Constant_AsksTheServerOnlyTheFirstTime()
    {
        using var mount = Mount(PassthroughUse.Constant, out var counter);
        Assert.That(Sys.ReadFile(mount[Constant]), Is.EqualTo("8000000\n"));
        var before = counter.Reads;
        for (var i = 0; i < 10; i++)
            Assert.That(Sys.ReadFile(mount[Constant]), Is.EqualTo("8000000\n"));
        Assert.That(counter.Reads, Is.EqualTo(before));
        Assert.That(Sys.LStat(mount[Constant]).st_size, Is.EqualTo(4096));
    }

    [TestCase(PassthroughUse.None, Constant)]
    [TestCase(PassthroughUse.Constant, Changing)]
    public void Read_WithoutPassthrough_AsksTheServerEachTime(PassthroughUse use, string path)
    {
        using var mount = Mount(use, out var counter);
        for (var i = 0; i < 10; i++)
        {
            var before = counter.Reads;
            Assert.That(Sys.ReadFile(mount[path]), Is.Not.Empty);
            Assert.That(counter.Reads, Is.GreaterThan(before));
        }
    }

    [Test]
    public void Read_ChangingTextWithAll_IsTheCurrentTextAtEachOpen()
    {
        using var mount = Mount(PassthroughUse.All, out var counter);
        string[] states = ["online\n", "offline\n"];
        for (var i = 0; i < 3; i++)
            foreach (var state in states)
                WriteAndRead(state);
        var before = counter.Reads;
        foreach (var state in states)
            WriteAndRead(state);
        Assert.That(counter.Reads, Is.EqualTo(before), "both texts are registered");

        void WriteAndRead(string state)
        {
            Assert.That(Sys.WriteFile(mount[Changing], state), Is.EqualTo($"{state.Length}"));
            Assert.That(Sys.ReadFile(mount[Changing]), Is.EqualTo(state));
        }
    }

    [Test]
    public void Open_WhileAnOlderOpenHasAnotherText_ReadsTheCurrentOne()
    {
        using var mount = Mount(PassthroughUse.All, out _);
        for (var i = 0; i < 2; i++)
            Assert.That(Sys.ReadFile(mount[Changing]), Is.EqualTo("offline\n"));
        var held = Sys.Open(mount[Changing], O_RDONLY);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Sys.WriteFile(mount[Changing], "online\n"), Is.EqualTo("7"));
            Assert.That(Sys.ReadFile(mount[Changing]), Is.EqualTo("online\n"));
        }
        Assert.That(Sys.Read(held, 100), Is.EqualTo("offline\n"), "an open file keeps its text with this option");
        Syscall.close(held);
    }

    private static TestMount Mount(PassthroughUse use, out CountingChannel counter)
    {
        CountingChannel? made = null;
        var mount = new TestMount(new DemoTree(1, 33), wrap: channel => made = new CountingChannel(channel), passthrough: use);
        counter = made!;
        if (use == PassthroughUse.None || mount.Session.Transport.StartsWith("passthrough", StringComparison.Ordinal))
            return mount;
        var reason = mount.Session.Transport;
        mount.Dispose();
        Assert.Ignore(reason);
        return mount;
    }

    /// <summary>Counts READ requests.</summary>
    private sealed class CountingChannel(IFuseChannel inner) : IFuseChannel, IBackingFiles
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public bool WaitForRequest(TimeSpan time) => inner.WaitForRequest(time);

        public Result<int> Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            if (read.IsOk && MemoryMarshal.Read<InHeader>(buffer).Opcode == Opcode.Read)
                Interlocked.Increment(ref _reads);
            return read;
        }

        public Result Write(ReadOnlySpan<byte> message) => inner.Write(message);

        Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text) => ((IBackingFiles)inner).Open(text);

        void IBackingFiles.Close(int backingId) => ((IBackingFiles)inner).Close(backingId);

        public void Dispose() => inner.Dispose();
    }
}
