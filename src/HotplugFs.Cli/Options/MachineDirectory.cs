namespace HotplugFs.Cli.Options;

/// <summary>The mount that a subcommand uses.</summary>
internal static class MachineDirectory
{
    /// <summary>The environment variable that names the mount. <c>hotplugfs run</c> sets it for its command.</summary>
    public const string Variable = "HOTPLUGFS";

    /// <summary>The description of the argument DIR.</summary>
    public const string Description = $"Directory on which a machine is mounted [default: ${Variable}, which hotplugfs run sets]";

    /// <summary>Returns what messages add to the directory's name, if it was not given on the command line.</summary>
    /// <param name="given">The argument; null if it was omitted.</param>
    public static string Origin(string? given) => given is null ? $" (from ${Variable})" : "";

    /// <summary>Returns the directory given on the command line, or else the one in the environment variable.</summary>
    /// <param name="given">The argument; null if it was omitted.</param>
    /// <exception cref="CommandException">Neither names a directory.</exception>
    public static string Choose(string? given)
    {
        if (given is not null)
            return given;
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory
            ? directory
            : throw new CommandException($"no DIR is given and ${Variable} is not set; name the directory on which the machine is mounted");
    }
}
