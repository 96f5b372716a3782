namespace HotplugFs.Cli.Daemon;

/// <summary>Receives the outcome of a mount, and later problems.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Reports that the mount answers.</summary>
    /// <param name="text">The lines to show the user, each with its newline.</param>
    /// <returns>False if the receiver is no longer waiting.</returns>
    bool ReportReady(string text);

    /// <summary>Reports a problem that occurred while the mount was served.</summary>
    /// <param name="line">One line without a newline.</param>
    void ReportProblem(string line);

    /// <summary>Reports that the mount failed.</summary>
    /// <returns>True if the message has reached the user.</returns>
    bool ReportFailure(string problem);
}
