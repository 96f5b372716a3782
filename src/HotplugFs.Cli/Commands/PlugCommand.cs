using System.CommandLine;
using HotplugFs.Engine;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs plug [DIR] --node N --size SIZE</c>: writes to the control file <c>hotplugfs/dimms/plug</c>.</summary>
internal sealed class PlugCommand
{
    private readonly Argument<string?> _directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
    private readonly Option<int> _node = new("--node") { HelpName = "N", Description = "Node to plug the DIMM into", Required = true };

    private readonly Option<string> _size = new("--size")
    {
        HelpName = "SIZE",
        Description = "Size, a multiple of the block size: 512M, 1G",
        Required = true,
    };

    private readonly Option<string?> _id = new("--id")
    {
        HelpName = "ID",
        Description = "Name [default: the first free of dimm0, dimm1, ..]",
    };

    private readonly Option<string?> _address = new("--at")
    {
        HelpName = "ADDRESS",
        Description = "Physical address [default: after the last block]",
    };

    private PlugCommand()
    {
        _node.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                result.AddError($"--node \"{text}\" is not a number");
            return number;
        };
        RequireBytes(_size, "a size", "512M");
        RequireBytes(_address, "an address", "0x140000000");
        _id.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !DimmDefinition.IsId(name))
                result.AddError($"--id \"{name}\" is not a valid name: {DimmDefinition.IdForm}");
        });
    }

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new PlugCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Plug, "Plug a DIMM into a mounted machine") { _directory, _node, _size, _id, _address };
        Examples.AddTo(command,
            "hotplugfs plug /tmp/machine --node 1 --size 512M",
            "hotplugfs plug /tmp/machine --node 0 --size 1G --id spare --at 0x200000000",
            "hotplugfs run -- hotplugfs plug --node 1 --size 512M");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var request = $"node={parsed.GetValue(_node).ToString(CultureInfo.InvariantCulture)} size={parsed.GetRequiredValue(_size)}";
        if (parsed.GetValue(_address) is { } address)
            request += $" at={address}";
        var dimms = new MachineControl(parsed.GetValue(_directory));
        var name = dimms.Plug(request, parsed.GetValue(_id));
        parsed.InvocationConfiguration.Output.WriteLine(dimms.Describe(name));
        return ExitStatus.Success;
    }

    private static void RequireBytes(Option option, string meaning, string example) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } text && !ByteSize.TryParse(text, out _))
            result.AddError($"{option.Name} \"{text}\" is not {meaning} in bytes (example: {option.Name} {example})");
    });
}
