using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Random writes of every kind to a machine's files, each with its result. What is written follows from the seed and from what the tree
/// shows, so two trees with the same state get the same writes. Writes that wait are continued before and after each other one, as a
/// session does.
/// </summary>
internal sealed class RandomWrites(TestTree tree, ManualClock clock, int seed)
{
    private static readonly string[] Words =
        ["online", "offline", "online_kernel", "online_movable", "0", "1", "default", "EBUSY", "auto", "on", "enabled", "junk"];

    private readonly List<(Caller Caller, KernfsOpenFile File, byte[] Data)> _waiting = [];
    private Random _random = new(seed);
    private ulong _caller;

    /// <summary>The writes that waited and could not be done, as the results.</summary>
    public List<string> Results { get; } = [];

    /// <summary>True if a write waits.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Begins another sequence.</summary>
    public void Restart(int anotherSeed)
    {
        _random = new Random(anotherSeed);
        _caller = 1_000_000;
        Results.Clear();
    }

    /// <summary>Does so many writes.</summary>
    public void Do(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ContinueWaiting();
            if (_random.Next(3) == 0)
                clock.Advance(TimeSpan.FromMilliseconds(_random.Next(2000)));
            tree.Tree.Callers!.Elapse();
            ContinueWaiting();
            var path = RandomPath();
            if (tree.Tree.Find(path).TryGet(out var node, out _) && tree.Tree.Open(node, OpenFlags.WriteOnly).TryGet(out var file, out _))
                Call(new Caller(++_caller) { Pid = 7, Uid = 8 }, file, Encoding.UTF8.GetBytes(RandomText(path)));
            if (_random.Next(10) == 0)
                tree.Tree.SetAttributes(node, new AttributesChange { Mode = ModeBits.Mode0644 | (uint)_random.Next(0x200) });
            if (_random.Next(10) == 0)
                EndWaits();
        }
    }

    /// <summary>Writes something that changes nothing, now.</summary>
    public void Touch() =>
        Call(new Caller(++_caller), tree.Tree.Reopen(tree.Find("hotplugfs/dimms/unplug")), "none"u8.ToArray());

    /// <summary>Lets signals and, where they do not help, time end all writes that wait.</summary>
    public void EndWaits()
    {
        while (_waiting.Count > 0)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            for (var i = 0; i < _waiting.Count; i++)
                _waiting[i] = _waiting[i] with { Caller = _waiting[i].Caller with { IsInterrupted = true } };
            ContinueWaiting();
        }
    }

    /// <summary>Continues the writes that wait.</summary>
    public void ContinueWaiting()
    {
        foreach (var each in _waiting.ToArray())
        {
            _waiting.Remove(each);
            Call(each.Caller, each.File, each.Data);
        }
    }

    private void Call(Caller caller, KernfsOpenFile file, byte[] data)
    {
        var result = tree.Tree.Write(caller, file, data);
        if (!result.IsOk && result.Error == Errno.EWAITING)
        {
            _waiting.Add((caller with { HasWaited = true }, file, data));
            return;
        }
        Results.Add($"{caller.Number}: {Encoding.UTF8.GetString(data)}: {(result.IsOk ? $"{result.Value}" : result.Error.Name())}");
        tree.Tree.OpenFiles.Release(file);
    }

    private string RandomPath() => _random.Next(20) switch
    {
        < 6 => $"sys/devices/system/memory/memory{RandomBlock()}/{Pick("state", "state", "online", "power/control", "power/async")}",
        6 => $"sys/devices/system/memory/{Pick("probe", "auto_online_blocks", "soft_offline_page", "hard_offline_page", "power/control")}",
        7 => $"sys/module/memory_hotplug/parameters/{Pick("online_policy", "auto_movable_ratio", "auto_movable_numa_aware")}",
        8 => $"sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_{Pick("ONLINE", "OFFLINE")}/error",
        9 => "hotplugfs/dimms/plug",
        10 => "hotplugfs/dimms/unplug",
        11 => "hotplugfs/virtio_mem",
        12 => $"hotplugfs/{Pick("offline_result", "faults", "faults", "migration_rate")}",
        13 => $"proc/sys/vm/{Pick("min_free_kbytes", "nr_hugepages", "nr_overcommit_hugepages", "compact_memory")}",
        14 => $"sys/bus/{Pick("memory", "node")}/drivers_autoprobe",
        15 => $"sys/devices/system/node/node{_random.Next(3)}/{Pick("uevent", "compact", "power/control")}",
        16 => "sys/devices/system/cpu/cpu1/online",
        _ => $"hotplugfs/load/{Pick("start", "start", "resize", "stop")}",
    };

    private string RandomText(string path) => path[(path.LastIndexOf('/') + 1)..] switch
    {
        "plug" => $"id=r{_random.Next(5)} node={_random.Next(3)} size={_random.Next(1, 5) * tree.Machine.BlockSizeBytes}",
        "unplug" => $"r{_random.Next(5)}",
        "migration_rate" => Pick("0", "64M", "1M", "2s", "500ms"),
        "faults" => _random.Next(5) == 0 ? "clear" : RandomFault(),
        "start" => $"id=l{_random.Next(5)} size={_random.Next(1, 300)}M node={_random.Next(3)} churn={_random.Next(3)} seed={_random.Next(9)} "
            + $"kind={Pick("anon", "file", "shmem", "pinned", "kernel", "mlocked", "hugetlb", "thp")} policy={Pick("prefer", "bind", "interleave")}",
        "resize" => $"id=l{_random.Next(5)} size={_random.Next(1, 300)}M",
        "stop" => $"l{_random.Next(5)}",
        "virtio_mem" => $"id=v{_random.Next(3)} {(_random.Next(3) == 0 ? "node=1 max" : "size")}={_random.Next(7) * tree.Machine.BlockSizeBytes}",
        "offline_result" => _random.Next(3) == 0 ? Pick("default", "EBUSY", "success", "1s") : $"{RandomBlock()} {Pick("EBUSY", "success", "2s")}",
        "probe" => $"0x{_random.Next(60) * tree.Machine.BlockSizeBytes:x}",
        "soft_offline_page" or "hard_offline_page" => $"0x{RandomBlock() * tree.Machine.BlockSizeBytes + 4096 * _random.Next(32768):x}",
        "auto_movable_ratio" or "nr_hugepages" or "nr_overcommit_hugepages" => $"{_random.Next(300)}",
        "min_free_kbytes" => $"{_random.Next(60000)}",
        "error" => $"{-_random.Next(3)}",
        "uevent" => Pick("add", "change", "junk"),
        _ => Pick(Words),
    };

    private string RandomFault() =>
        $"{Pick("any", "node1", $"memory{RandomBlock()}", "memory30-50", "dimm:r1")} "
        + $"{Pick("online", "offline", "plug", "unplug", "read state")} {Pick("EBUSY", "take=1s", "ENOMEM take=500ms", "default")} "
        + Pick("times=1", "times=2 after=1", "probability=30%", "probability=50% seed=7");

    private int RandomBlock()
    {
        int[] blocks = [.. tree.Machine.Blocks.Members()];
        return blocks[_random.Next(blocks.Length)];
    }

    private string Pick(params string[] words) => words[_random.Next(words.Length)];
}
