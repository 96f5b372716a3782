namespace HotplugFs.Linux;

/// <summary>A program to start with <see cref="Spawn.Start"/>.</summary>
public sealed record SpawnRequest
{
    /// <summary>The program's file; with <see cref="SearchPath"/> also a name.</summary>
    public required string Program { get; init; }

    /// <summary>The arguments; the first is the program's name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True to look for a program without a slash in the directories of PATH.</summary>
    public bool SearchPath { get; init; }

    /// <summary>
    /// True to start a daemon: in a new session, with /dev/null as standard streams, without the descriptors that this process inherited.
    /// </summary>
    public bool IsDetached { get; init; }

    /// <summary>Descriptors to pass on, and the number of each in the program.</summary>
    public IReadOnlyList<(int Descriptor, int Number)> Given { get; init; } = [];

    /// <summary>Signals that the program blocks at first. It does not inherit this process's signal mask.</summary>
    public SignalSet Blocked { get; init; }

    /// <summary>Environment variables that this process does not have, or has with another value.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
