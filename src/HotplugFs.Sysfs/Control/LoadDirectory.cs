using HotplugFs.Engine.Pages;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/load</c>: memory in use. <c>id=app kind=anon size=300M node=1</c> to <c>start</c>, <c>id=app size=100M</c> to
/// <c>resize</c>, <c>app</c> to <c>stop</c>. Each load has a directory.
/// </summary>
internal sealed class LoadDirectory
{
    private readonly Machine _machine;

    public LoadDirectory(Machine machine, MachineObjects objects)
    {
        _machine = machine;
        Loads = Named(objects.Loads, new DirectoryType(
            Ro("kind", (load, text) => text.Append(At(load).Kind.Name())),
            Ro("size", (load, text) => text.Append(At(load).SizeBytes)),
            Ro("resident", (load, text) => text.Append(At(load).ResidentBytes)),
            Text("nodes", ShowNodes),
            Text("blocks", ShowBlocks)));
    }

    /// <summary>The directories of the loads.</summary>
    public NamedChildren Loads { get; }

    public DirectoryType Build() => new(Wo("start", StoreStart), Wo("resize", StoreResize), Wo("stop", StoreStop), Loads);

    private Load At(int index) => _machine.Loads.At(index)!;

    /// <summary>Lists the nodes with pages of the load: a node and its number of pages a line.</summary>
    private Result ShowNodes(int load, TextBuffer text)
    {
        foreach (var (node, pages) in At(load).PagesByNode)
            text.Append(node).Append(' ').Append(pages).Append('\n');
        return Result.Ok;
    }

    /// <summary>Lists the blocks with pages of the load: a block and its number of pages a line.</summary>
    private Result ShowBlocks(int load, TextBuffer text)
    {
        foreach (var (block, pages) in At(load).PagesByBlock)
            text.Append(block.Number).Append(' ').Append(pages).Append('\n');
        return Result.Ok;
    }

    private Result<int> StoreStart(int obj, ReadOnlySpan<byte> text)
    {
        if (!LoadRequest.TryParse(Encoding.UTF8.GetString(KernelText.UpToNul(text)), out var request, out var problem))
            return Refuse("start", problem);
        var number = request.Node ?? _machine.NodeStates.Online.Next(0);
        if (_machine.FindNode(number) is not { } node)
            return Refuse("start", $"node={number} is no node of the machine");
        var placement = new LoadPlacement(node, request.Policy) { HugePageKiB = request.HugePageKiB };
        if (!_machine.Loads.Start(request.Id, request.Kind, request.SizeBytes, placement).TryGet(out var load, out var error))
            return error;
        _machine.Loads.Churn(load, request.Churn, request.Seed);
        return text.Length;
    }

    private Result<int> StoreResize(int obj, ReadOnlySpan<byte> text)
    {
        if (!LoadRequest.TryParseSize(Encoding.UTF8.GetString(KernelText.UpToNul(text)), out var id, out var size, out var problem))
            return Refuse("resize", problem);
        if (_machine.Loads.Find(id) is not { } load)
            return NotFound("resize", id);
        var resized = _machine.Loads.Resize(load, size);
        return resized.IsOk ? text.Length : resized.Error;
    }

    private Result<int> StoreStop(int obj, ReadOnlySpan<byte> text)
    {
        var id = Encoding.UTF8.GetString(KernelText.UpToNul(text)).Trim();
        if (_machine.Loads.Find(id) is not { } load)
            return NotFound("stop", id);
        _machine.Loads.Stop(load);
        return text.Length;
    }

    private Errno NotFound(string file, string id)
    {
        var known = string.Join(", ", _machine.Loads.Select(load => load.Id));
        var which = known.Length == 0 ? "there is none" : $"there are: {known}";
        _machine.LogRefused($"load/{file}", $"no load is named \"{id}\" ({which})", RefusalRule.NotFound);
        return Errno.ENOENT;
    }

    private Errno Refuse(string file, string problem)
    {
        _machine.LogRefused($"load/{file}", problem);
        return Errno.EINVAL;
    }
}
