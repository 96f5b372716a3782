using System.CommandLine;
using System.Globalization;
using HotplugFs.Abi;
using HotplugFs.Engine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs plug DIR --node N --size 512M</c>: writes to the control file <c>hotplugfs/dimms/plug</c>.</summary>
internal static class PlugCommand
{
    /// <summary>What the operand DIR is, of all verbs that write to a machine.</summary>
    public const string MachineHelp = $"Where a machine is mounted [default: ${MachineDirectory.Variable}, which hotplugfs run sets]";

    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        var directory = Operands.MakeOptional("DIR", MachineHelp);
        var node = new Option<int>("--node") { HelpName = "N", Description = "The node to plug it into", Required = true };
        var size = new Option<string>("--size") { HelpName = "SIZE", Description = "Its size, a multiple of the block size: 512M, 1G", Required = true };
        var id = new Option<string?>("--id") { HelpName = "ID", Description = "Its name [default: the first free of dimm0, dimm1, ..]" };
        var address = new Option<string?>("--at") { HelpName = "ADDRESS", Description = "Its physical address [default: behind all memory]" };
        size.Validators.Add(result => Check(result.GetValueOrDefault<string>(), "--size", "512M", result.AddError));
        address.Validators.Add(result => Check(result.GetValueOrDefault<string?>(), "--at", "0x140000000", result.AddError));
        id.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !DimmDefinition.IsId(name))
            {
                result.AddError(
                    $"--id {name} cannot be a name: {DimmDefinition.IdForm}");
            }
        });
        var command = new Command("plug", "Plug a dimm into a mounted machine") { directory, node, size, id, address };
        Examples.AddTo(command,
            "hotplugfs plug /tmp/machine --node 1 --size 512M",
            "hotplugfs plug /tmp/machine --node 0 --size 1G --id spare --at 0x200000000",
            "hotplugfs run -- hotplugfs plug --node 1 --size 512M");
        command.SetAction(parsed =>
        {
            var request = $"node={parsed.GetValue(node).ToString(CultureInfo.InvariantCulture)} size={parsed.GetRequiredValue(size)}";
            if (parsed.GetValue(address) is { } place)
                request += $" at={place}";
            var dimms = new DimmControl(MachineDirectory.Choose(parsed.GetValue(directory)));
            var name = dimms.Plug(request, parsed.GetValue(id));
            parsed.InvocationConfiguration.Output.WriteLine(dimms.Describe(name));
            return ExitStatus.Ok;
        });
        return command;
    }

    private static void Check(string? text, string option, string example, Action<string> addError)
    {
        if (text is not null && !ByteSize.TryParse(text, out _))
            addError($"{option} {text} is not a number of bytes; write for instance {option} {example}");
    }
}
