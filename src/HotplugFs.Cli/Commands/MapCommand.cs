using System.CommandLine;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Explanations;
using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Terminals;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs map [DIR]</c>: draws the blocks of a machine with their zones, states and uses.</summary>
internal sealed class MapCommand
{
    private readonly Argument<string?> _directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
    private readonly Option<int?> _node = new("--node") { HelpName = "N", Description = "Only this node" };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    private readonly Option<string?> _svg = new("--svg")
    {
        HelpName = "FILE",
        Description = "Draw a picture (SVG, light and dark) into this file; - for standard output",
    };

    private readonly Option<string?> _machine = new(OptionNames.Machine)
    {
        HelpName = "NAME|FILE",
        Description = "Draw this machine as it boots, in place of a mounted one",
    };

    private readonly Option<string[]> _kernels = new(OptionNames.Kernel)
    {
        HelpName = "VERSION",
        Description = "Draw the machine as it would be under this kernel; several draw it under each, side by side",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new MapCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Map, "Draw the memory blocks of a machine: zones, states, use, and what may become Movable")
        {
            _directory, _node, _machine, _kernels, _svg, _json,
        };
        _kernels.Validators.Add(result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>() ?? [])
                if (KernelOption.Problem(name) is { } problem)
                    result.AddError(problem);
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_machine) is not null && result.GetValue(_directory) is not null)
                result.AddError($"give either DIR or {OptionNames.Machine}");
            if (result.GetValue(_json) && result.GetValue(_svg) is not null)
                result.AddError("give either --json or --svg");
        });
        Examples.AddTo(command,
            "hotplugfs map /tmp/machine",
            "hotplugfs map --machine default --kernel 4.9 --kernel 6.12",
            "hotplugfs map /tmp/machine --svg machine.svg",
            "hotplugfs map /                                 the computer's own memory");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var maps = Maps(parsed).Select(map => parsed.GetValue(_node) is { } node ? map.WithNode(node) : map).ToList();
        if (parsed.GetValue(_json))
            output.Write(MapJson.Write(maps));
        else if (parsed.GetValue(_svg) is { } file)
            Save(SvgMap.Draw(maps), file, output);
        else
            Print(maps, output);
        return ExitStatus.Success;
    }

    private static void Print(List<MachineMap> maps, TextWriter output)
    {
        // The line of the shell's next prompt stays free.
        var screen = Screen.Of(output) is var found ? found with { Rows = found.Rows - 1 } : found;
        var text = new StringBuilder();
        foreach (var line in TerminalMap.Draw(maps, screen))
            text.Append(line.Render(screen.Columns, screen.HasColor)).Append('\n');
        output.Write(text.ToString());
    }

    private static void Save(string picture, string file, TextWriter output)
    {
        if (file == "-")
            output.Write(picture);
        else
            File.WriteAllText(file, picture);
    }

    private IEnumerable<MachineMap> Maps(ParseResult parsed)
    {
        var kernels = parsed.GetValue(_kernels) ?? [];
        if (parsed.GetValue(_machine) is { } name)
        {
            foreach (var kernel in kernels.DefaultIfEmpty(null))
            {
                var (description, machine) = MachineLoader.Load(new MachineSelection { Name = name, Kernel = kernel });
                yield return MapReader.Read(description.Name, new SimulatedFiles(machine, description.Kernel));
            }
            yield break;
        }
        var directory = MachineDirectory.Choose(parsed.GetValue(_directory));
        if (kernels.Length == 0)
            yield return MapReader.Read(directory, new MountedFiles(directory));
        foreach (var kernel in kernels)
            yield return MapReader.Read(directory, new MachineCopy(directory, new MountedFiles(directory)).Under(kernel).Boot().Files);
    }
}
