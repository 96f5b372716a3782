namespace HotplugFs.Replay;

/// <summary>Boots the machines on which recordings are replayed.</summary>
internal interface IReplayBackend
{
    /// <summary>True if it is faster to boot another machine than to walk back to an earlier state.</summary>
    bool BootsAreCheap { get; }

    /// <summary>The results in which a mounted machine must differ from a recorded one.</summary>
    IReadOnlyList<KnownDifference> KnownDifferences { get; }

    /// <summary>Boots a machine as it was when a recording began.</summary>
    IReplayMachine Boot(Trace trace);
}
