using System.CommandLine;

namespace HotplugFs.Cli.Options;

/// <summary>The options that select the simulated machine, for every subcommand that starts one.</summary>
internal sealed class MachineOptions
{
    /// <summary>What <c>--machine</c> means, also as the mount option <c>machine=</c>.</summary>
    public const string MachineDescription = "Machine to simulate: a preset, a machine file (TOML) or a recording (*.jsonl)";

    /// <summary>What <c>--movable-node</c> means, also as the mount option <c>movable_node</c>.</summary>
    public const string MovableNodeDescription = "Allow nodes that have movable memory only (CONFIG_MOVABLE_NODE)";

    private readonly Option<string> _machine = new(OptionNames.Machine)
    {
        HelpName = "NAME|FILE",
        Description = MachineDescription,
        DefaultValueFactory = _ => MachineSelection.Default,
    };

    private readonly Option<string?> _kernel = KernelOption.Make();

    private readonly Option<bool?> _movableNode = new(OptionNames.MovableNode)
    {
        Description = MovableNodeDescription,
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _clock = ClockOption.Make();

    private readonly Option<string?> _scenario = new(OptionNames.Scenario)
    {
        HelpName = "FILE",
        Description = "Plug, unplug, load and fail by itself, at the times and after the events of this file (TOML)",
    };

    /// <summary>Adds the options to a subcommand.</summary>
    public void AddTo(Command command)
    {
        command.Add(_machine);
        command.Add(_kernel);
        command.Add(_movableNode);
        command.Add(_clock);
        command.Add(_scenario);
    }

    /// <summary>Returns the machine that a command line selects.</summary>
    public MachineSelection Read(ParseResult parsed) => new()
    {
        Name = parsed.GetRequiredValue(_machine),
        Kernel = parsed.GetValue(_kernel),
        MovableNode = parsed.GetValue(_movableNode),
        Scenario = parsed.GetValue(_scenario),
        HasManualClock = ClockOption.IsManual(parsed.GetValue(_clock)),
        IsNameGiven = parsed.GetResult(_machine) is { Implicit: false },
        IsClockGiven = parsed.GetValue(_clock) is not null,
    };

    /// <summary>
    /// Returns the message for <c>--movable-node=WORD</c> if WORD is no boolean; null otherwise. The parser cannot find this: because the
    /// value may be omitted, it takes any other word for the next argument.
    /// </summary>
    /// <param name="command">The subcommand that was called.</param>
    /// <param name="args">The whole command line.</param>
    public static string? Problem(Command command, string[] args)
    {
        const string WithValue = $"{OptionNames.MovableNode}=";
        if (command.Options.All(option => option.Name != OptionNames.MovableNode))
            return null;
        var wrong = Array.Find(args, word => word == "--"
            || (word.StartsWith(WithValue, StringComparison.Ordinal) && !bool.TryParse(word.AsSpan(WithValue.Length), out _)));
        return wrong is null or "--" ? null : $"{OptionNames.MovableNode} must be true or false, not \"{wrong[WithValue.Length..]}\"";
    }
}
