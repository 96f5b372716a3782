using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Clients;

/// <summary>Writes of every kind, valid or not, whose results no model knows.</summary>
internal sealed class FreeActivities(Random random, KernfsTree tree, Machine machine, FileUse files)
{
    private static readonly string[] Words =
        ["online", "offline", "online_kernel", "online_movable", "0", "1", "Y", "n", "on", "-16", "add", "change", "default", "EBUSY",
            "success", "junk"];

    private static readonly string[] Uevents =
        ["add", "change", "remove 00000000-1111-2222-3333-444444444444", "add 00000000-1111-2222-3333-444444444444 KEY=value", "add x", "fly"];

    /// <summary>Writes to a random file that accepts writes.</summary>
    public IEnumerable<Call?> Write()
    {
        var target = new FileUse.Target(RandomPath());
        foreach (var call in files.Open(target, random.Next(6) == 0 ? OpenFlags.ReadWrite | OpenFlags.Truncate : OpenFlags.WriteOnly))
            yield return call;
        if (target.File is not { } file)
            yield break;
        for (var writes = random.Next(1, 3); writes > 0; writes--)
            yield return new Call(Opcode.Write, file.Node, Bodies.Write(file.Handle, Text(file.Name)));
        yield return files.Release(file);
    }

    /// <summary>Changes mode, owner or times of a random node.</summary>
    public IEnumerable<Call?> SetAttributes()
    {
        var target = files.RandomTarget();
        foreach (var call in files.Walk(target))
            yield return call;
        if (target.Node == 0)
            yield break;
        SetAttrValid[] changes = [SetAttrValid.Mode, SetAttrValid.Uid, SetAttrValid.Gid, SetAttrValid.ModifyTime, SetAttrValid.ModifyTimeNow, 0];
        yield return new Call(Opcode.SetAttr, target.Node, Bodies.Of(new SetAttrIn
        {
            Valid = changes[random.Next(changes.Length)] | changes[random.Next(changes.Length)],
            // Owners keep their access, so that the other clients do not end with EACCES.
            Mode = ModeBits.Mode0644 | (uint)random.Next(0x200),
            Uid = (uint)random.Next(3),
            Gid = (uint)random.Next(3),
            ModifySeconds = random.Next(),
        }));
    }

    private string RandomPath() => random.Next(19) switch
    {
        12 => "hotplugfs/migration_rate",
        13 => $"hotplugfs/load/{Pick("start", "resize", "stop")}",
        14 => "hotplugfs/load/start",
        15 => "hotplugfs/clock",
        16 => "hotplugfs/faults",
        17 => "hotplugfs/checkpoint",
        18 => $"hotplugfs/{Pick("restore", "restore", "restore", "reset")}",
        < 4 => $"sys/devices/system/memory/memory{RandomBlock()}/{Pick("state", "state", "state", "online", "uevent")}",
        4 => $"sys/devices/system/memory/{Pick("probe", "auto_online_blocks", "soft_offline_page", "hard_offline_page", "uevent")}",
        5 => $"sys/module/memory_hotplug/parameters/{Pick("online_policy", "auto_movable_ratio", "auto_movable_numa_aware")}",
        6 => $"sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_{Pick("ONLINE", "OFFLINE")}/error",
        7 => "hotplugfs/dimms/plug",
        8 => "hotplugfs/dimms/unplug",
        9 => "hotplugfs/virtio_mem",
        10 => "hotplugfs/offline_result",
        _ => $"sys/devices/system/node/node{random.Next(3)}/{Pick("uevent", "compact", "hugepages/hugepages-2048kB/nr_hugepages")}",
    };

    private byte[] Text(string file)
    {
        var text = file switch
        {
            "plug" => $"id=r{random.Next(5)} node={random.Next(3)} size={Size()}{(random.Next(2) == 0 ? "" : $" at={Address()}")}",
            "unplug" => RandomDimm(),
            "migration_rate" => Pick("0", "64M", "1M", "2s", "500ms", "junk"),
            "faults" => random.Next(4) == 0 ? "clear" : RandomFault(),
            "checkpoint" => random.Next(8) == 0 ? "clear" : $"c{random.Next(3)}",
            "restore" => $"c{random.Next(3)}",
            "reset" => Pick("1", "0"),
            "clock" => $"{random.Next(3000)}ms",
            "start" => $"id=l{random.Next(4)} size={random.Next(1, 200)}M node={random.Next(3)} "
                + $"kind={Pick("anon", "file", "shmem", "pinned", "kernel", "mlocked", "hugetlb")} "
                + $"policy={Pick("prefer", "bind", "interleave")} churn={random.Next(3)}",
            "resize" => $"id=l{random.Next(4)} size={random.Next(1, 200)}M",
            "stop" => $"l{random.Next(4)}",
            "virtio_mem" => random.Next(3) == 0 ? $"id=v{random.Next(3)} node={random.Next(3)} max={Size()}" : $"id=v{random.Next(3)} size={Size()}",
            "offline_result" => random.Next(3) == 0 ? Pick(Words) : $"{RandomBlock()} {Pick(Words)}",
            "probe" or "soft_offline_page" or "hard_offline_page" => Address(),
            "auto_movable_ratio" or "nr_hugepages" => $"{random.Next(2000)}",
            "online_policy" => Pick("contig-zones", "auto-movable", "junk"),
            "error" => $"{-random.Next(40)}",
            "uevent" => Pick(Uevents),
            _ => Pick(Words),
        };
        var bytes = Encoding.UTF8.GetBytes(random.Next(2) == 0 ? text : text + "\n");
        if (random.Next(20) == 0)
            random.NextBytes(bytes);
        return random.Next(40) == 0 ? new byte[random.Next(10000)] : bytes;
    }

    private string RandomFault()
    {
        var what = Pick("any", "node1", $"memory{RandomBlock()}", "memory30-50", $"dimm:{RandomDimm()}");
        var when = Pick("online", "offline", "plug", "unplug", "read state", "read meminfo", "junk");
        var outcome = Pick("EBUSY", "take=1s", "ENOMEM take=500ms", "default", "success", "text=x");
        return $"{what} {when} {outcome} {Pick("times=1", "times=2 after=1", "probability=30%", "")}";
    }

    private string RandomDimm()
    {
        var names = machine.Dimms.Select(dimm => dimm.Id).ToArray();
        return names.Length == 0 ? "none" : Pick(names);
    }

    private int RandomBlock()
    {
        var blocks = NameList.Of(tree, tree.Find("sys/bus/memory/devices").Value);
        return blocks.Count == 0 ? 0 : int.Parse(blocks[random.Next(blocks.Count)].Name["memory".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Up to six blocks, sometimes not a multiple of one.</summary>
    private string Size() => random.Next(10) == 0 ? Pick("0", "-1", "3M", "9223372036854775807", "8T8")
        : $"{random.Next(7) * machine.BlockSizeBytes}";

    private string Address() => random.Next(10) == 0
        ? Pick("0", "-1", "0xffffffffffffffff", "0x8000000000000000", "1")
        : $"0x{(random.Next(60) * machine.BlockSizeBytes) + (random.Next(4) == 0 ? random.Next(1 << 28) & ~0xfff : 0):x}";

    private string Pick(params string[] words) => words[random.Next(words.Length)];
}
