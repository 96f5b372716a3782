namespace HotplugFs.Replay.Experiments;

/// <summary>Writes to files of the recorded machine outside of the simulated tree that change how the kernel uses memory.</summary>
internal sealed class KernelSettings(ExperimentSession session)
{
    private const string Vm = "/proc/sys/vm/";

    /// <summary>Takes a write to such a file.</summary>
    /// <returns>False if the file is not one of these.</returns>
    public bool TrySet(string path, string text)
    {
        if (path.StartsWith(Vm, StringComparison.Ordinal))
        {
            SetVm(path[Vm.Length..], text);
            return true;
        }
        if (!path.StartsWith("/sys/kernel/mm/transparent_hugepage/", StringComparison.Ordinal)
            && !path.StartsWith("/sys/devices/system/cpu/", StringComparison.Ordinal))
            return false;
        session.Skip(NotComparable.OtherFile);
        return true;
    }

    private void SetVm(string name, string text)
    {
        session.Skip(NotComparable.OtherFile);
        if (!long.TryParse(text, CultureInfo.InvariantCulture, out var value))
            return;
        switch (name)
        {
            case "min_free_kbytes":
                session.Machine.Watermarks.MinFreeKiB = value;
                break;
            case "watermark_scale_factor":
                session.Machine.Watermarks.ScaleFactor = (int)value;
                break;
            case "nr_overcommit_hugepages":
                session.Machine.HugePages.Overcommit = value;
                break;
            case "hugepages_treat_as_movable":
                session.Machine.HugePages.TreatAsMovable = value != 0;
                break;
            case "drop_caches":
                session.CachesDropped?.Invoke();
                break;
            case "nr_hugepages":
                SetHugePages(value);
                break;
        }
    }

    /// <summary>Huge pages of the machine come from all nodes in turn.</summary>
    private void SetHugePages(long count)
    {
        var nodes = session.Machine.PossibleNodes.Where(node => node.ManagedPages > 0).ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            var others = nodes.Take(i).Sum(node => session.Machine.HugePages.Total(node));
            session.Machine.HugePages.Resize(nodes[i], (count - others) / (nodes.Count - i));
        }
        session.HasUnmetPools = nodes.Sum(session.Machine.HugePages.Total) < count;
    }
}
