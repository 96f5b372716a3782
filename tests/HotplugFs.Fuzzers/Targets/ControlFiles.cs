using HotplugFs.Kernels;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Fuzzers.Targets;

/// <summary>
/// Writes to files of the tree: each line of the input is a path, a blank and the text to write; <c>\n</c> stands for a newline. Afterwards
/// all files can be read.
/// </summary>
internal sealed class ControlFiles : FuzzTarget
{
    private const string Memory = "sys/devices/system/memory";

    private static readonly string[] Paths =
    [
        "hotplugfs/dimms/plug", "hotplugfs/dimms/unplug", "hotplugfs/virtio_mem", "hotplugfs/offline_result", "hotplugfs/faults",
        $"{Memory}/probe",
        $"{Memory}/auto_online_blocks", $"{Memory}/soft_offline_page", $"{Memory}/hard_offline_page", $"{Memory}/uevent", $"{Memory}/memory40/state",
        $"{Memory}/memory40/online", $"{Memory}/memory40/uevent", $"{Memory}/memory40/power/control", "sys/devices/system/node/node0/uevent",
        "sys/module/memory_hotplug/parameters/online_policy", "sys/module/memory_hotplug/parameters/auto_movable_ratio",
        "sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error",
        "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
    ];

    public override string Name => "control";

    public override IReadOnlyList<byte[]> Tokens { get; } = Texts(Paths.Select(path => $"\n{path} ").Concat(
    [
        "id=d node=1 size=512M", "id=v node=0 max=1G", "id=v size=512M", " at=0x200000000", "40 EBUSY",
        "memory40 online EIO times=1", "any read state text=x", "default", "success", "online_movable", "offline",
        "online", "add 00000000-1111-2222-3333-444444444444 A=b", "contig-zones", "auto-movable", "0x140000000", "-16", "\\n",
        "\0", "=", " ",
    ]));

    public override void Run(ReadOnlySpan<byte> input)
    {
        var kernel = KernelCatalogue.All[input.Length % KernelCatalogue.All.Count];
        var definition = MachineFile.Load("default").Definition;
        var machine = new Machine(definition with { AutoOnline = OnlineType.Offline }, kernel.Rules);
        var tree = new MachineTree(machine, kernel.Files).Tree;
        foreach (var range in input.Split((byte)'\n'))
        {
            var line = input[range];
            var blank = line.IndexOf((byte)' ');
            if (blank <= 0 || !tree.Find(Encoding.UTF8.GetString(line[..blank])).TryGet(out var node, out _)
                || !tree.Open(node, OpenFlags.WriteOnly).TryGet(out var file, out _))
                continue;
            Messages++;
            var text = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(line[(blank + 1)..]).Replace("\\n", "\n", StringComparison.Ordinal));
            if (file.Write(text).TryGet(out var count, out _) && (count < 0 || count > text.Length))
                throw new FuzzException($"a write of {text.Length} bytes returned {count}");
            tree.OpenFiles.Release(file);
        }
        ReadAll(tree, tree.Root);
    }

    private static void ReadAll(KernfsTree tree, NodeId directory)
    {
        var names = new NodeList();
        _ = tree.ReadDirectory(directory, 2, names);
        // The first entries of a directory with thousands are like the others.
        foreach (var node in names.Take(80))
        {
            _ = tree.ReadLink(node, new TextBuffer());
            ReadAll(tree, node);
            if (!tree.Open(node, OpenFlags.ReadOnly).TryGet(out var file, out _))
                continue;
            _ = file.Read(0, new byte[1 << 14]);
            tree.OpenFiles.Release(file);
        }
    }

    private sealed class NodeList : List<NodeId>, IDirectorySink
    {
        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Add(id);
            return true;
        }
    }
}
