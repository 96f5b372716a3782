namespace HotplugFs.Cli.Daemon;

/// <summary>A mount request as the command line of a daemon, which <c>MountCommand</c> parses.</summary>
internal static class DaemonArguments
{
    /// <summary>Returns the arguments after the program's name.</summary>
    public static List<string> Of(MountRequest request)
    {
        // A value that begins with - is taken for an option unless = joins it to its name.
        List<string> arguments = [SubcommandNames.Mount, OptionNames.Daemon, $"{OptionNames.Machine}={request.Machine.Name}"];
        if (request.Machine.Kernel is { } kernel)
            arguments.Add($"{OptionNames.Kernel}={kernel}");
        if (request.Machine.MovableNode is { } movableNode)
            arguments.Add($"{OptionNames.MovableNode}={movableNode}");
        if (request.Machine.HasManualClock)
            arguments.Add($"{OptionNames.Clock}={ClockOption.Word(isManual: true)}");
        if (request.Source is { } source)
            arguments.Add($"{OptionNames.Source}={source}");
        if (request.UeventsOutside is { } network)
            arguments.Add($"{OptionNames.UeventsOutside}={network}");
        foreach (var word in request.Options.Words)
            arguments.AddRange([OptionNames.Mount, word]);
        return [.. arguments, "--", request.Directory];
    }
}
