namespace HotplugFs.Replay.Playback;

/// <summary>Repeats listings of directories and inventories of trees.</summary>
internal sealed class DirectoryHandlers(ReplaySession session)
{
    public void List(ListOperation operation)
    {
        if (operation.Path is "/sys/devices/system" or "/sys/kernel/debug")
        {
            session.Skip("ls: the directory also has other subsystems");
            return;
        }
        var isListed = session.Machine.List(operation.Path).TryGet(out var listed, out var error);
        var results = session.CompareError(operation, isListed ? null : error.Name(), null, "ls");
        if (results.Length == 0 || !isListed)
            return;
        var expected = operation.Ents ?? [];
        var (missing, unexpected) = (expected.Except(listed!).ToArray(), listed!.Except(expected).ToArray());
        if (missing.Length != 0 || unexpected.Length != 0 || listed!.Length != expected.Count)
            session.Diverged(operation, $"missing [{string.Join(' ', missing)}], unexpected [{string.Join(' ', unexpected)}]");
    }

    public void Tree(TreeOperation operation)
    {
        if (operation.Path is "/sys/module/memory_notifier_error_inject" or "/sys/module/notifier_error_inject" && operation.Tree.Count > 0)
        {
            session.Skip("tree: the files of a kernel module");
            return;
        }
        session.Count();
        foreach (var difference in TreeComparison.Compare(operation, session.Machine))
            session.Diverged(operation, difference);
    }
}
