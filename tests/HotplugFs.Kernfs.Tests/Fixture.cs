using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Kernfs.Tests;

/// <summary>A small tree with the shape of memory hotplug's.</summary>
internal sealed class Fixture
{
    public Objects Blocks { get; } = new(0, 1, 33, 45);
    public Objects Nodes { get; } = new(0, 1);
    public NamedObjects Dimms { get; } = new();
    public Log Log { get; } = new();
    public Dictionary<int, string> States { get; } = [];
    public List<string> Stores { get; } = [];
    public NumberedChildren BlockChildren { get; }
    public NumberedChildren BlockLinks { get; }
    public NumberedChildren NodeLinks { get; }
    public NamedChildren DimmChildren { get; }
    public KernfsTree Tree { get; }
    public int Shows { get; private set; }
    public string LongText { get; set; } = "";
    public Errno? ShowError { get; set; }

    public Fixture()
    {
        var power = new DirectoryType(Ro("control", "auto"));
        var block = new DirectoryType(
            Ro("phys_index", (obj, text) => text.AppendHex((ulong)obj, 8)),
            Rw("state", ShowState, StoreState),
            Ro("removable", "1"),
            Ro("only_even", Fixed("even\n"u8.ToArray()), isVisible: obj => obj % 2 == 0),
            Link("subsystem", "../../../../bus/memory"),
            Link("self", (obj, text) => text.Append("memory"u8).Append(obj)),
            Dir("power", power));
        BlockChildren = Numbered("memory", Blocks, block);
        BlockLinks = Numbered("memory", Blocks, (obj, text) => text.Append("../../memory/memory"u8).Append(obj));
        NodeLinks = Numbered("cpu", Nodes, (obj, text) => text.Append("../../cpu/cpu"u8).Append(obj));
        DimmChildren = Named(Dimms, new DirectoryType(Ro("size", "1")));
        var node = new DirectoryType(
            Binary("cpulist", Fixed("0-1\n"u8.ToArray()), size: 28672),
            Binary("cpumap", Fixed("1\n"u8.ToArray()), size: 4096, omitsLastByte: true),
            Dir("power", power),
            BlockLinks,
            NodeLinks);
        Tree = new KernfsTree(
            new DirectoryType(
                Dir("memory",
                    Ro("block_size_bytes", "8000000"),
                    Wo("probe", Record),
                    Ro("long", (_, text) => { text.Append(LongText); return Result.Ok; }),
                    Ro("failing", (_, text) => { text.Append("half"u8); return ShowError is { } error ? error : Result.Ok; }),
                    Dir("power", power),
                    BlockChildren),
                Dir("node", Numbered("node", Nodes, node)),
                Dir("debug", Debugfs("error", Fixed("0\n"u8.ToArray()), Record)),
                Dir("dimms", Wo("plug", Record), DimmChildren),
                Text("meminfo", (_, text) => { Shows++; text.Append(LongText); return Result.Ok; }),
                Stream("log", Log)),
            new TreeOptions { Uid = 7, Gid = 8, BootTime = new Timespec(1000, 5) });
    }

    public NodeId At(string path) => Tree.Find(path).Value;

    public KernfsOpenFile Open(string path, uint flags = OpenFlags.ReadWrite) => Tree.Open(At(path), flags).Value;

    public static string Read(KernfsOpenFile file, long offset, int count)
    {
        var bytes = new byte[count];
        return Encoding.UTF8.GetString(bytes, 0, file.Read(offset, bytes).Value);
    }

    public string ReadAll(string path)
    {
        var file = Open(path, OpenFlags.ReadOnly);
        var text = Read(file, 0, 65536);
        Tree.OpenFiles.Release(file);
        return text;
    }

    public List<string> List(string path)
    {
        var sink = new Listing(int.MaxValue);
        Tree.ReadDirectory(At(path), 0, sink);
        return sink.Names;
    }

    private Result ShowState(int obj, TextBuffer text)
    {
        Shows++;
        text.Append(States.GetValueOrDefault(obj, "online\n"));
        return Result.Ok;
    }

    private Result<int> StoreState(int obj, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("bogus"u8))
            return Errno.EINVAL;
        States[obj] = Encoding.UTF8.GetString(data);
        return data.SequenceEqual("short"u8) ? 2 : data.Length;
    }

    private Result<int> Record(int obj, ReadOnlySpan<byte> data)
    {
        Stores.Add(Encoding.UTF8.GetString(data));
        return data.Length;
    }

    private static Show Fixed(byte[] bytes) => (_, text) =>
    {
        text.Append(bytes);
        return Result.Ok;
    };
}
