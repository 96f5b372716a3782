namespace HotplugFs.Cli;

/// <summary>Which mounted machine a verb means.</summary>
internal static class MachineDirectory
{
    /// <summary>The variable that names the machine in whose place a command runs.</summary>
    public const string Variable = "HOTPLUGFS";

    /// <summary>The directory that was named, else that of the variable.</summary>
    /// <param name="named">What was named; null for nothing.</param>
    /// <exception cref="CommandException">There is neither.</exception>
    public static string Choose(string? named)
    {
        if (named is not null)
            return named;
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory
            ? directory
            : throw new CommandException($"no DIR is named, and {Variable}, by which hotplugfs run names its machine, is not set");
    }
}
