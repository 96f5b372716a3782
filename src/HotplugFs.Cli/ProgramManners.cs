namespace HotplugFs.Cli;

/// <summary>How a program speaks to its caller, who may be a user or mount(8).</summary>
/// <param name="Name">Its name, before every complaint.</param>
/// <param name="BadUsage">The exit status if it was called wrongly.</param>
/// <param name="Cannot">The exit status if it could not do what was asked for.</param>
internal sealed record ProgramManners(string Name, int BadUsage, int Cannot)
{
    /// <summary>Those of the program under its own name.</summary>
    public static ProgramManners HotplugFs { get; } = new("hotplugfs", ExitStatus.BadUsage, ExitStatus.Cannot);
}
