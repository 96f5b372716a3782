namespace HotplugFs.Cli.Daemon;

/// <summary>A mount request as the command line of a daemon, which <c>MountCommand</c> parses.</summary>
internal static class DaemonArguments
{
    /// <summary>Returns the arguments after the program's name.</summary>
    public static List<string> Of(MountRequest request)
    {
        // A value that begins with - is taken for an option unless = joins it to its name.
        List<string> arguments = [SubcommandNames.Mount, OptionNames.Daemon];
        if (request.State is not { } state)
            arguments.Add($"{OptionNames.Machine}={request.Machine.Name}");
        else
            arguments.AddRange(Of(state, request.Machine));
        if (request.Machine.Kernel is { } kernel)
            arguments.Add($"{OptionNames.Kernel}={kernel}");
        if (request.Machine.MovableNode is { } movableNode)
            arguments.Add($"{OptionNames.MovableNode}={movableNode}");
        if (request.Machine.HasManualClock || request.Machine.IsClockGiven)
            arguments.Add($"{OptionNames.Clock}={ClockOption.Word(request.Machine.HasManualClock)}");
        if (request.Machine.Scenario is { } scenario)
            arguments.Add($"{OptionNames.Scenario}={scenario}");
        if (request.Source is { } source)
            arguments.Add($"{OptionNames.Source}={source}");
        if (request.Owner is { } owner)
            arguments.Add($"{OptionNames.Owner}={owner}");
        if (request.UeventsOutside is { } network)
            arguments.Add($"{OptionNames.UeventsOutside}={network}");
        foreach (var word in request.Options.Words)
            arguments.AddRange([OptionNames.Mount, word]);
        return [.. arguments, "--", request.Directory];
    }

    private static IEnumerable<string> Of(StateRequest state, MachineSelection machine)
    {
        yield return $"{OptionNames.State}={state.File}";
        if (state.Syncs)
            yield return OptionNames.Sync;
        if (state.Recovers)
            yield return OptionNames.Recover;
        // The file has a machine, which must not be another one than the user has named.
        if (machine.IsNameGiven)
            yield return $"{OptionNames.Machine}={machine.Name}";
    }
}
