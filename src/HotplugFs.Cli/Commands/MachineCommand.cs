using System.CommandLine;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs machine new|check|show|list [FILE]</c>: helps to write machine files.</summary>
internal sealed class MachineCommand
{
    private const string New = "new";
    private const string Check = "check";
    private const string Show = "show";
    private const string List = "list";

    private const int NodesMax = 64;
    private const int DimmsMax = 256;

    private static readonly Dictionary<string, long> Sizes = new()
    {
        ["--block-size"] = 128L << 20,
        ["--memory"] = 1L << 30,
        ["--dimm-size"] = 512L << 20,
    };

    private readonly Argument<string[]> _words = Arguments.MakeList(
        "new|check|show|list FILE",
        "new: print a machine file with comments; check FILE: find what is wrong with it; show FILE: list its nodes, blocks and zones, also of a "
            + "preset or a recording; list: list the presets",
        new ArgumentArity(1, 2));

    private readonly Option<string?> _kernel = KernelOption.Make();
    private readonly Option<bool> _movableNode = new(OptionNames.MovableNode) { Description = $"new: {MachineOptions.MovableNodeDescription}" };
    private readonly Option<int> _nodes = Number("--nodes", 2, NodesMax, 1, "Number of nodes");
    private readonly Option<int> _dimms = Number("--dimms", 1, DimmsMax, 0, "Number of DIMMs of each node");
    private readonly Option<string?> _blockSize = Size("--block-size", "Size of a block");
    private readonly Option<string?> _memory = Size("--memory", "Boot memory of each node");
    private readonly Option<string?> _dimmSize = Size("--dimm-size", "Size of each DIMM");
    private readonly Option<bool> _json = new("--json") { Description = "list: write JSON" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new MachineCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Machine, "Write, check or look at machine files, and list the presets")
        {
            _words, _nodes, _memory, _dimms, _dimmSize, _blockSize, _kernel, _movableNode, _json,
        };
        command.Validators.Add(result =>
        {
            var words = result.GetValue(_words) ?? [];
            if (words.Length == 0)
                return;
            if (words[0] is not (New or Check or Show or List))
                result.AddError($"unknown word \"{words[0]}\" (known: {New}, {Check}, {Show}, {List})");
            else if (words[0] is Check or Show != words.Length > 1)
                result.AddError(words.Length > 1 ? $"machine {words[0]} takes no FILE" : $"name the file: hotplugfs machine {words[0]} FILE");
        });
        Examples.AddTo(command,
            "hotplugfs machine new --nodes 4 --memory 2G --dimms 2 --kernel 6.12 > my-server.toml",
            "hotplugfs machine check my-server.toml",
            "hotplugfs machine show my-server.toml",
            "hotplugfs machine list");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var (words, output) = (parsed.GetRequiredValue(_words), parsed.InvocationConfiguration.Output);
        switch (words[0])
        {
            case New:
                output.Write(MakeFile(parsed).Write());
                break;
            case List when parsed.GetValue(_json):
                output.Write(ListAsJson());
                break;
            case List:
                var width = MachineFile.Presets.Max(preset => preset.Length);
                foreach (var preset in MachineFile.Presets)
                    output.WriteLine($"{preset.PadRight(width)}  {MachineFile.Describe(preset)}");
                break;
            default:
                ShowMachine(words[1], parsed.GetValue(_kernel), withBlocks: words[0] == Show, output);
                break;
        }
        return ExitStatus.Success;
    }

    private NewMachineFile MakeFile(ParseResult parsed)
    {
        var block = Bytes(parsed, _blockSize, 0);
        var (memory, dimm) = (Bytes(parsed, _memory, block), Bytes(parsed, _dimmSize, block));
        foreach (var (option, bytes) in new[] { (_memory, memory), (_dimmSize, dimm) })
            if (bytes == 0 || block == 0 || bytes % block != 0)
                throw new CommandException($"{option.Name} must be a multiple of the block size {ByteSize.Format(block)}");
        return new NewMachineFile
        {
            Kernel = parsed.GetValue(_kernel) ?? KernelCatalogue.Default.Name,
            MovableNode = parsed.GetValue(_movableNode),
            BlockSizeBytes = block,
            Nodes = parsed.GetValue(_nodes),
            MemoryBytes = memory,
            Dimms = parsed.GetValue(_dimms),
            DimmBytes = dimm,
        };
    }

    /// <summary>Reads a size; without the option it is the usual one, but at least a block.</summary>
    private static long Bytes(ParseResult parsed, Option<string?> option, long block) =>
        parsed.GetValue(option) is not { } given ? Math.Max(Sizes[option.Name], block) : ByteSize.TryParse(given, out var bytes) ? bytes : 0;

    /// <summary>Boots the machine, which finds everything that is wrong with its file.</summary>
    private static void ShowMachine(string name, string? kernel, bool withBlocks, TextWriter output)
    {
        var (description, machine) = MachineLoader.Load(new MachineSelection { Name = name, Kernel = kernel });
        var map = MapReader.Read(description.Name, new SimulatedFiles(machine, description.Kernel));
        var totals = new ZoneTotals(map.Nodes);
        output.WriteLine($"machine {description.Name}: kernel {description.Kernel}, {MapWords.Count(map.Nodes.Count, "node")}, "
            + $"{MapWords.Count(totals.OnlineBlocks + totals.OfflineBlocks, "block")} of {MapWords.Size(map.BlockSizeBytes)}, "
            + $"{MapWords.Size(totals.OnlineBlocks * map.BlockSizeBytes)} online");
        if (!withBlocks)
            return;
        foreach (var node in map.Nodes)
        {
            output.WriteLine($"node {node.Number}, {(node.Cpus.Length > 0 ? $"CPU {node.Cpus}" : "no CPU")}");
            foreach (var run in node.Runs)
                output.WriteLine($"  {Describe(run, map.BlockSizeBytes)}".TrimEnd());
        }
    }

    private static string Describe(BlockRun run, long blockSize)
    {
        var isOffline = run.State == MemoryBlockState.Offline;
        var device = run.Dimm ?? run.VirtioMem;
        var zones = isOffline ? $"may become {MapWords.Names(run.ValidZones)}" : string.Join(" and ", run.AllZones.Select(zone => zone.Name()));
        var used = string.Join(", ", run.Used.Select(use => $"{use.Pages} pages {MapWords.Meaning(use.Kind)}"));
        return $"{MapWords.Range(run.First, run.Last),-12} {MapWords.Size(run.Count * blockSize),9}  {(isOffline ? "offline" : "online"),-8} {zones}"
            + (run.HasKernelPages ? ", pages of the kernel" : "")
            + (device is null ? "" : $", {device}")
            + (used.Length > 0 ? $", each {used}" : "");
    }

    private static string ListAsJson() => JsonText.WriteArray(MachineFile.Presets, (json, preset) =>
    {
        json.WriteString("name", preset);
        json.WriteString("text", MachineFile.Describe(preset));
    });

    private static Option<int> Number(string name, int standard, int max, int min, string meaning)
    {
        var option = new Option<int>(name)
        {
            HelpName = "N",
            Description = $"new: {meaning}",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < min || number > max))
                result.AddError($"{name} takes a number from {min} to {max}");
        });
        return option;
    }

    private static Option<string?> Size(string name, string meaning)
    {
        var option = new Option<string?>(name) { HelpName = "SIZE", Description = $"new: {meaning} [default: {ByteSize.Format(Sizes[name])}]" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !ByteSize.TryParse(text, out _))
                result.AddError($"{name} \"{text}\" is not a size in bytes (example: {name} 512M)");
        });
        return option;
    }
}
