using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Fuzzers.Targets;

/// <summary>Machine files in TOML: what is accepted boots, has a tree, and can be saved and loaded again.</summary>
internal sealed class MachineFiles : FuzzTarget
{
    /// <summary>Larger machines are only parsed.</summary>
    private const int BlocksMax = 20_000;

    public override string Name => "machine";

    public override IReadOnlyList<byte[]> Tokens { get; } = Texts(
        "[[node]]\n", "[[memory]]\n", "[[dimm]]\n", "[[zone]]\n", "number = 0\n", "cpus = \"0-3\"\n", "node = 1\n", "blocks = \"0-1\"\n",
        "zone = \"Normal\"\n", "zone = \"Movable\"\n", "zone = \"DMA DMA32\"\n", "kernel_pages = true\n", "state = \"offline\"\n", "id = \"d\"\n",
        "size = \"512M\"\n", "address = \"4G\"\n", "dimm = \"d\"\n", "kernel = \"6.12\"\n", "kernel = \"3.8\"\n", "movable_node = true\n",
        "block_size = \"16M\"\n", "architecture = \"i386\"\n", "auto_online_blocks = \"online\"\n", "distances = [10, 20]\n", "start_pfn = 0\n",
        "end_pfn = 32768\n", "present_pages = 1\n", "managed_pages = 1\n", "initialized = true\n",
        "[[virtio_mem]]\n", "max = \"1G\"\n", "virtio_mem = \"v\"\n", "plugged = \"2M\"\n", "[[load]]\n", "kind = \"kernel\"\n", "churn = 1\n",
        "policy = \"bind\"\n", "hugepages = 3\n", "pages = [\"34 Normal 512\"]\n", "\"\"\"", "{", "}", "#");

    public override IEnumerable<byte[]> Examples => MachineFile.Presets.Where(preset => preset is not ("large" or "64tib"))
        .Select(preset => Encoding.UTF8.GetBytes(MachineFile.Write(MachineFile.Load(preset)))).Append(Encoding.UTF8.GetBytes(InUse()));

    public override void Run(ReadOnlySpan<byte> input)
    {
        Messages++;
        NamedMachine named;
        Machine machine;
        try
        {
            named = MachineFile.Parse("fuzz.toml", "fuzz", Encoding.UTF8.GetString(input));
            if (named.Definition.Memory.Sum(range => (long)range.Count) + DimmBlocks(named.Definition) > BlocksMax)
                return;
            machine = new Machine(named.Definition, KernelCatalogue.Get(named.Kernel, named.Definition.Architecture).Rules);
        }
        catch (Exception expected) when (expected is MachineFileException or ArgumentException { ParamName: null })
        {
            // The program reports both.
            return;
        }
        _ = new MachineTree(machine, KernelCatalogue.Get(named.Kernel, named.Definition.Architecture).Files);
        var text = MachineFile.Write(RunningMachine.Describe("fuzz", machine));
        try
        {
            var again = MachineFile.Parse("saved.toml", "fuzz", text);
            _ = new Machine(again.Definition, KernelCatalogue.Get(again.Kernel, again.Definition.Architecture).Rules);
        }
        catch (Exception problem) when (problem is MachineFileException or ArgumentException)
        {
            throw new FuzzException($"the saved machine cannot be loaded: {problem.Message}\n{text}");
        }
    }

    /// <summary>Returns a machine with virtio-mem devices, loads and huge pages.</summary>
    private static string InUse()
    {
        var preset = MachineFile.Load("default", "6.12");
        return MachineFile.Write(preset with
        {
            Kernel = "6.12",
            Definition = preset.Definition with
            {
                Nodes = [.. preset.Definition.Nodes.Select(node => node with { HugePages = 2 })],
                VirtioMem = [new VirtioMemDefinition("v", 1, 1L << 30, 1L << 34) { SizeBytes = 130L << 20 }],
                Loads =
                [
                    new LoadDefinition("a", PageKind.Anon, 1L << 20, 1, MemoryPolicy.Bind)
                    {
                        Places = [new PagesInBlock(new BlockId(34), ZoneType.Normal, 256)],
                    },
                ],
            },
        });
    }

    private static long DimmBlocks(MachineDefinition definition) =>
        (definition.Dimms.Sum(dimm => dimm.SizeBytes) + definition.VirtioMem.Sum(device => device.SizeBytes)) / definition.BlockSizeBytes;
}
