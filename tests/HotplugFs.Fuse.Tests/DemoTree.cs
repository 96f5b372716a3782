using HotplugFs.Kernfs;
using HotplugFs.Kernfs.Tests;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Fuse.Tests;

/// <summary>
/// A small tree with dynamic blocks: writing a number to <c>memory/plug</c> adds a block, writing it to <c>memory/unplug</c> removes it.
/// </summary>
internal sealed class DemoTree
{
    private readonly NumberedChildren _blockChildren;
    private readonly NumberedChildren _links;

    public DemoTree(params int[] blocks)
    {
        Blocks = new Objects(blocks);
        var type = new DirectoryType(
            Ro("phys_index", (obj, text) => text.AppendHex((ulong)obj, 8)),
            Rw("state", (obj, text) => { text.Append(States.GetValueOrDefault(obj, "offline\n")); return Result.Ok; }, StoreState),
            Link("subsystem", "../../bus"),
            Dir("power", Ro("control", "auto")));
        _blockChildren = Numbered("memory", Blocks, type);
        _links = Numbered("memory", Blocks, (obj, text) => text.Append("../memory/memory"u8).Append(obj));
        Tree = new KernfsTree(
            new DirectoryType(
                Dir("memory",
                    Ro("block_size_bytes", "8000000", isConstant: _ => true),
                    Wo("plug", Plug),
                    Wo("unplug", Unplug),
                    _blockChildren),
                Dir("links", _links),
                Dir("odd",
                    Wo("probe", (_, data) => { Probes.Add(data.Length); return data.Length; }),
                    Wo("half", (_, data) => data.Length / 2),
                    Ro("throws", Throw),
                    Ro("fails", (_, _) => Errno.EHWPOISON),
                    Debugfs("error", (_, text) => { text.Append("0\n"u8); return Result.Ok; }, (_, data) => data.Length)),
                Text("meminfo", (_, text) => { text.Append(new string('m', 10_000)); return Result.Ok; }),
                Stream("log", Log)),
            new TreeOptions { BootTime = new Timespec(1_000_000, 0) });
    }

    public Objects Blocks { get; }
    public Dictionary<int, string> States { get; } = [];
    public List<int> Probes { get; } = [];
    public Log Log { get; } = new();
    public KernfsTree Tree { get; }

    /// <summary>The number of open files, as far as their handles are less than 1,000.</summary>
    public int OpenFileCount => Enumerable.Range(0, 1000).Count(handle => Tree.OpenFiles.Find((ulong)handle).IsOk);

    /// <summary>True if a store to state wakes its pollers.</summary>
    public bool Notifies { get; init; } = true;

    /// <summary>The post-commit action of the next request.</summary>
    public Action? PostCommitAction { get; set; }

    public Action? TakePostCommitAction()
    {
        var taken = PostCommitAction;
        PostCommitAction = null;
        return taken;
    }

    private static Result Throw(int obj, TextBuffer text) => throw new InvalidOperationException("meant to");

    private Result<int> StoreState(int obj, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("bogus"u8))
        {
            Log.Append($"memory{obj}: refused\n");
            return Errno.EINVAL;
        }
        States[obj] = Encoding.UTF8.GetString(data);
        if (Notifies)
            Tree.OpenFiles.Notify(Tree.Find($"memory/memory{obj}/state").Value);
        return data.Length;
    }

    private Result<int> Plug(int obj, ReadOnlySpan<byte> data)
    {
        if (!KernelText.ParseUnsigned(data).TryGet(out var number, out var error))
            return error;
        if (!Blocks.Add((int)number))
            return Errno.EEXIST;
        Tree.Changes.ChildAdded(_blockChildren, (int)number);
        Tree.Changes.ChildAdded(_links, (int)number);
        return data.Length;
    }

    private Result<int> Unplug(int obj, ReadOnlySpan<byte> data)
    {
        var number = (int)KernelText.ParseUnsigned(data).Value;
        if (!Blocks.Remove(number))
            return Errno.ENODEV;
        States.Remove(number);
        Tree.Changes.ChildRemoved(_blockChildren, number);
        Tree.Changes.ChildRemoved(_links, number);
        return data.Length;
    }
}
