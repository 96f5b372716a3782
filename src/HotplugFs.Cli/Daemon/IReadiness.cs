namespace HotplugFs.Cli.Daemon;

/// <summary>Whoever waits for the mount to answer.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Tells that the mount answers.</summary>
    /// <param name="text">What to show the user, with newlines.</param>
    /// <returns>False if nobody waits any more.</returns>
    bool Ready(string text);

    /// <summary>Tells of something that went wrong while the mount answered.</summary>
    /// <param name="line">One line.</param>
    void Complain(string line);

    /// <summary>Tells that there will be no mount.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <returns>True if that has reached the user.</returns>
    bool Failed(string problem);
}
