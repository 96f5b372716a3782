namespace HotplugFs.Cli.Native;

/// <summary>How a program is to be started.</summary>
internal sealed record SpawnRequest
{
    /// <summary>The program's file, or with <see cref="SearchPath"/> a name to look for.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, beginning with its name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True to look for a program without a slash in the directories of PATH.</summary>
    public bool SearchPath { get; init; }

    /// <summary>True for a daemon: a session of its own, /dev/null as standard streams, and none of the descriptors that this process inherited.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Descriptors to hand over, and the number that each gets there.</summary>
    public IReadOnlyList<(int Descriptor, int Number)> Given { get; init; } = [];

    /// <summary>Signals that it blocks at first; none by default, whatever this process blocks.</summary>
    public SignalSet Blocked { get; init; }

    /// <summary>Variables that it has besides those of this process, or with another value.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
