using System.CommandLine;

namespace HotplugFs.Cli.Options;

/// <summary>The options that name the file which keeps a machine.</summary>
internal sealed class StateOptions
{
    private readonly Option<string?> _file = new(OptionNames.State)
    {
        HelpName = "FILE",
        Description = "Keep the machine in this file; if it exists, go on with the machine in it",
    };

    private readonly Option<bool> _sync = new(OptionNames.Sync) { Description = "With --state, wait for the disk at each change (fsync)" };

    private readonly Option<bool> _recover = new(OptionNames.Recover)
    {
        Description = "With --state, cut a damaged file before the damage",
    };

    /// <summary>Adds the options to a subcommand.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_sync);
        command.Add(_recover);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_file) is null && (result.GetValue(_sync) || result.GetValue(_recover)))
                result.AddError($"{OptionNames.Sync} and {OptionNames.Recover} need {OptionNames.State} FILE");
            if (result.GetValue(_file) is not null && result.GetResult(OptionNames.Scenario) is not null)
                result.AddError($"{OptionNames.State} keeps no scenario; choose {OptionNames.State} or {OptionNames.Scenario}");
        });
    }

    /// <summary>Reads the options; null without a file.</summary>
    public StateRequest? Read(ParseResult parsed) =>
        parsed.GetValue(_file) is { } file ? new StateRequest(file, parsed.GetValue(_sync), parsed.GetValue(_recover)) : null;
}
