using System.Text;
using HotplugFs.Abi;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Fuse.Tests;

/// <summary>
/// A small tree with blocks that come and go: writing a number to <c>memory/plug</c> adds one, to <c>memory/unplug</c> removes one.
/// </summary>
internal sealed class DemoTree
{
    private readonly NumberedChildren _blockChildren;
    private readonly NumberedChildren _links;

    public DemoTree(params int[] blocks)
    {
        foreach (var block in blocks)
            Blocks.Add(block);
        var type = new DirectoryType(
            Ro("phys_index", (obj, text) => { text.AppendHex((ulong)obj, 8).Append('\n'); return Result.Ok; }),
            Rw("state", (obj, text) => { text.Append(States.GetValueOrDefault(obj, "offline\n")); return Result.Ok; }, StoreState),
            Link("subsystem", "../../bus"),
            Dir("power", Ro("control", (_, text) => { text.Append("auto\n"u8); return Result.Ok; })));
        _blockChildren = Numbered("memory", Blocks, type);
        _links = Numbered("memory", Blocks, (obj, text) => text.Append("../memory/memory"u8).Append(obj));
        Tree = new KernfsTree(
            new DirectoryType(
                Dir("memory",
                    Ro("block_size_bytes", (_, text) => { text.Append("8000000\n"u8); return Result.Ok; }, isConstant: _ => true),
                    Wo("plug", Plug),
                    Wo("unplug", Unplug),
                    _blockChildren),
                Dir("links", _links),
                Dir("odd",
                    Wo("probe", (_, data) => { Probes.Add(data.Length); return data.Length; }),
                    Wo("half", (_, data) => data.Length / 2),
                    Ro("throws", (_, _) => throw new InvalidOperationException("meant to")),
                    Ro("fails", (_, _) => Errno.EHWPOISON),
                    Debugfs("error", (_, text) => { text.Append("0\n"u8); return Result.Ok; }, (_, data) => data.Length)),
                Text("meminfo", (_, text) => { text.Append(new string('m', 10_000)); return Result.Ok; }),
                Stream("log", Log)),
            new TreeOptions { BootTime = new Timespec(1_000_000, 0) });
    }

    public BlockSet Blocks { get; } = new();
    public Dictionary<int, string> States { get; } = [];
    public List<int> Probes { get; } = [];
    public DemoLog Log { get; } = new();
    public KernfsTree Tree { get; }

    /// <summary>True if a store of state wakes those who poll it.</summary>
    public bool Notifies { get; init; } = true;

    /// <summary>What the session is to do after changes, made by stores.</summary>
    public Action? Afterwards { get; set; }

    public Action? TakeAfterwards()
    {
        var taken = Afterwards;
        Afterwards = null;
        return taken;
    }

    private Result<int> StoreState(int obj, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("bogus"u8))
        {
            Log.Append($"memory{obj}: refused\n");
            return Errno.EINVAL;
        }
        States[obj] = Encoding.UTF8.GetString(data);
        if (Notifies)
            Tree.Notify(Tree.Find($"memory/memory{obj}/state").Value);
        return data.Length;
    }

    private Result<int> Plug(int obj, ReadOnlySpan<byte> data)
    {
        if (!KernelText.ParseUnsigned(data).IsOk)
            return Errno.EINVAL;
        var number = (int)KernelText.ParseUnsigned(data).Value;
        if (!Blocks.Add(number))
            return Errno.EEXIST;
        Tree.ChildAdded(_blockChildren, number);
        Tree.ChildAdded(_links, number);
        return data.Length;
    }

    private Result<int> Unplug(int obj, ReadOnlySpan<byte> data)
    {
        var number = (int)KernelText.ParseUnsigned(data).Value;
        if (!Blocks.Remove(number))
            return Errno.ENODEV;
        States.Remove(number);
        Tree.ChildRemoved(_blockChildren, number);
        Tree.ChildRemoved(_links, number);
        return data.Length;
    }
}

/// <summary>Which blocks there are.</summary>
internal sealed class BlockSet : IObjectSet
{
    private readonly SortedSet<int> _numbers = [];
    private readonly Dictionary<int, uint> _generations = [];

    public bool Add(int number)
    {
        if (!_numbers.Add(number))
            return false;
        _generations[number] = _generations.GetValueOrDefault(number) + 1;
        return true;
    }

    public bool Remove(int number) => _numbers.Remove(number);

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return _numbers.Contains(number) && _generations.TryGetValue(number, out generation);
    }

    public int Next(int parent, int from)
    {
        if (_numbers.Count == 0 || _numbers.Max < from)
            return -1;
        return _numbers.GetViewBetween(from, int.MaxValue).Min;
    }

    public int Count(int parent) => _numbers.Count;
}

/// <summary>A log that keeps all.</summary>
internal sealed class DemoLog : ILogSource
{
    private readonly List<byte> _bytes = [];

    public long Start => 0;

    public long End => _bytes.Count;

    public void Append(string text) => _bytes.AddRange(Encoding.UTF8.GetBytes(text));

    public int ReadAt(long position, Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, End - position);
        for (var i = 0; i < count; i++)
            destination[i] = _bytes[(int)position + i];
        return count;
    }
}
