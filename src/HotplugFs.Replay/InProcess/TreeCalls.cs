using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>
/// Repeats recorded system calls on a tree without a mount. It keeps descriptors and positions, resolves names and checks permissions in
/// place of the kernel, as far as the result of the tree depends on them. Calls that would test only the kernel are skipped.
/// </summary>
internal sealed class TreeCalls
{
    /// <summary>Files that stay open between operations.</summary>
    private readonly Dictionary<int, TreeDescriptor> _kept = [];

    private readonly KernfsTree _tree;
    private readonly TreeFiles _files;
    private readonly TreePathCalls _pathCalls;

    public TreeCalls(KernfsTree tree, TreeFiles files)
    {
        _tree = tree;
        _files = files;
        _pathCalls = new TreePathCalls(tree, files);
    }

    public IReadOnlyList<CallOutcome> Run(IReadOnlyList<RecordedCall> calls, uint uid)
    {
        var slots = new Dictionary<int, TreeDescriptor>();
        var slot = 0;
        var outcomes = new List<CallOutcome>();
        foreach (var call in calls)
        {
            if (call.Name == "fd")
            {
                slot = call.Int(0);
                outcomes.Add(CallOutcome.Ok());
            }
            else if (call.Name[0] == 'k')
            {
                outcomes.Add(MakeKept(call));
            }
            else
            {
                outcomes.Add(Make(call, Slot(slots, slot), uid));
            }
        }
        foreach (var descriptor in slots.Values)
            descriptor.Close();
        return outcomes;
    }

    private TreeDescriptor Slot(Dictionary<int, TreeDescriptor> slots, int number)
    {
        if (!slots.TryGetValue(number, out var descriptor))
            slots[number] = descriptor = new TreeDescriptor(_tree, _files);
        return descriptor;
    }

    private CallOutcome MakeKept(RecordedCall call)
    {
        var file = Slot(_kept, call.Int(0));
        return call.Name switch
        {
            "kopen" => file.Open(call.Text(1), call.Text(2), uid: 0),
            "kread" => file.Read(call.Int(1)),
            "kwrite" => file.Write(call.Data),
            "klseek" => file.Seek(call.Long(1), 0),
            "kpoll" => file.Poll(call.Int(1)),
            "kstat" => file.Stat(),
            "kclose" => file.Close(),
            _ => NeedsMount(call.Name),
        };
    }

    private CallOutcome Make(RecordedCall call, TreeDescriptor file, uint uid) => call.Name switch
    {
        "open" => file.Open(call.Text(0), call.Text(1), uid),
        "read" => file.Read(call.Int(0)),
        "pread" => file.ReadAt(call.Long(0), call.Int(1)),
        "write" or "pwrite" or "writerep" => file.Write(call.Data),
        "lseek" => file.Seek(call.Long(0), call.Int(1)),
        "poll" => file.Poll(call.Int(0)),
        "select" => file.Select(),
        "fstat" => file.Stat(),
        "ftruncate" => file.Truncate(),
        "fsync" => file.Sync(),
        "close" => file.Close(),
        "now" or "msleep" => CallOutcome.Ok(),
        _ => _pathCalls.Make(call, uid) ?? NeedsMount(call.Name),
    };

    private static CallOutcome NeedsMount(string name) =>
        CallOutcome.Skip(SetupCalls.WhyNotRepeated(name) ?? $"{name}: the kernel answers without asking the file system; use --mount");
}
