namespace HotplugFs.Kernfs.Tests;

public sealed class AllocationTests
{
    [Test]
    public void RequestsOnceWarm_AllocateNothing()
    {
        var objects = new DenseObjects(524_288);
        var block = new DirectoryType(
            EntryFactory.Ro("phys_index", (obj, text) => text.AppendHex((ulong)obj, 8)),
            EntryFactory.Rw("state", (_, text) => text.Append("online"u8), (_, data) => data.Length));
        var tree = new KernfsTree(new DirectoryType(EntryFactory.Dir("memory", EntryFactory.Numbered("memory", objects, block))));
        var memory = tree.Find("memory").Value;
        var sink = new CountingSink();
        var buffer = new byte[4096];

        void Requests(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var directory = tree.Lookup(memory, "memory52428"u8).Value;
                var file = tree.Lookup(directory, "state"u8).Value;
                tree.Lookup(directory, "nope"u8);
                tree.GetAttributes(file);
                tree.GetAttributes(memory);
                var open = tree.Open(file, OpenFlags.ReadWrite).Value;
                open.Read(0, buffer);
                open.Write("online"u8);
                open.Poll();
                tree.OpenFiles.Release(open);
                sink.Room = 100;
                tree.ReadDirectory(memory, (1ul << 32) + 1000, sink);
            }
        }

        Requests(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Requests(1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private sealed class DenseObjects(int count) : IObjectSet
    {
        public bool TryGetGeneration(int parent, int number, out uint generation)
        {
            generation = 0;
            return number < count;
        }

        public int Next(int parent, int from) => from < count ? from : -1;

        public int Count(int parent) => count;
    }

    private sealed class CountingSink : IDirectorySink
    {
        public int Room { get; set; }

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next) => Room-- > 0;
    }
}
