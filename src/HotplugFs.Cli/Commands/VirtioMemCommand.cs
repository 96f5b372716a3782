using System.CommandLine;

namespace HotplugFs.Cli.Commands;

/// <summary>
/// <c>hotplugfs virtio-mem [DIR] [--id ID ..]</c>: plugs, resizes, removes or lists virtio-mem devices through the control file
/// <c>hotplugfs/virtio_mem</c>.
/// </summary>
internal sealed class VirtioMemCommand
{
    private const string File = "virtio_mem";

    private readonly Argument<string?> _directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
    private readonly Option<string?> _id = new("--id") { HelpName = "ID", Description = "Name of the device; without it the devices are listed" };
    private readonly Option<int?> _node = new("--node") { HelpName = "N", Description = "Node of a new device" };
    private readonly Option<string?> _max = new("--max") { HelpName = "SIZE", Description = "Largest size of a new device: 4G" };
    private readonly Option<string?> _size = new("--size") { HelpName = "SIZE", Description = "Size that the host requests: 1G, 130M" };

    private readonly Option<string?> _address = new("--at")
    {
        HelpName = "ADDRESS",
        Description = "Physical address of a new device [default: after the last block]",
    };

    private readonly Option<bool> _remove = new("--remove") { Description = "Remove the device, which must have the size 0" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new VirtioMemCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.VirtioMem, "Plug, resize, remove or list the virtio-mem devices of a mounted machine")
        {
            _directory, _id, _node, _max, _size, _address, _remove,
        };
        command.Validators.Add(result =>
        {
            var (isNamed, isNew) = (result.GetValue(_id) is not null, result.GetValue(_max) is not null);
            var hasPlace = result.GetValue(_node) is not null || result.GetValue(_address) is not null;
            var (hasSize, isRemoval) = (result.GetValue(_size) is not null, result.GetValue(_remove));
            if (!isNamed && (isNew || hasPlace || hasSize || isRemoval))
                result.AddError("--id is missing: name the device to plug, resize or remove");
            else if (isNew == result.GetValue(_node) is null || hasPlace && !isNew)
                result.AddError("a new device needs both --node and --max; others take neither");
            else if (isNamed && !isNew && hasSize == isRemoval)
                result.AddError("with --id give --node and --max to plug a device, --size to resize it, or --remove");
        });
        Examples.AddTo(command,
            "hotplugfs virtio-mem /tmp/machine --id v --node 1 --max 4G --size 1G",
            "hotplugfs virtio-mem /tmp/machine --id v --size 130M",
            "hotplugfs virtio-mem /tmp/machine",
            "hotplugfs virtio-mem /tmp/machine --id v --remove");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var control = new MachineControl(parsed.GetValue(_directory));
        var id = parsed.GetValue(_id);
        if (parsed.GetValue(_remove))
            control.Write(File, $"remove={id}", $"removing {id}");
        else if (id is not null)
            control.Write(File, Request(parsed, id), $"{(parsed.GetValue(_max) is null ? "resizing" : "plugging")} {id}");
        else
            control.RequireMachine();
        foreach (var line in control.Read(File)!.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (id is null || line.StartsWith($"id={id} ", StringComparison.Ordinal))
                parsed.InvocationConfiguration.Output.WriteLine(line);
        return ExitStatus.Success;
    }

    private string Request(ParseResult parsed, string id)
    {
        var words = new List<string> { $"id={id}" };
        void Add<T>(string key, Option<T> option)
        {
            if (parsed.GetValue(option) is { } value)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={value}"));
        }
        Add("node", _node);
        Add("max", _max);
        Add("at", _address);
        Add("size", _size);
        return string.Join(' ', words);
    }
}
