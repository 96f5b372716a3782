namespace HotplugFs.Replay.Playback;

/// <summary>Compares the whole state after each operation: blocks, node states and, where snapshots hold them, zones.</summary>
internal sealed class StateComparison(ReplaySession session)
{
    private readonly bool _withZones = session.Trace.Header.HasNodeSpans;
    private readonly bool _derivesZones = session.Trace.Header.ValidZonesDerived;

    /// <summary>Compares the state after boot with the header.</summary>
    public void CompareBoot()
    {
        var found = session.Machine.ReadState(withZones: true);
        if (!_withZones)
            found.RemoveNodeSpans();
        if (_derivesZones)
            found.AdoptDerivedZones(session.Expected);
        foreach (var difference in session.Expected.Differences(found))
            session.Diverged(1, "boot", difference);
    }

    /// <summary>
    /// Compares the state after an operation. If the recorder's runs differed, the state must be that of one of them, and replaying
    /// continues from it.
    /// </summary>
    public void Compare(RecordedOperation operation)
    {
        var found = session.Machine.ReadState(_withZones);
        if (operation.Other is { } other && AfterOther(other) is var alternative && !alternative.Differences(found, _withZones).Any())
        {
            session.Expected = alternative;
            return;
        }
        if (operation.Snap is { } changes)
            session.Expected.Apply(changes);
        if (_derivesZones)
            found.AdoptDerivedZones(session.Expected);
        foreach (var difference in session.Expected.Differences(found, _withZones))
            session.Diverged(operation, difference);
    }

    /// <summary>Compares every node and zone.</summary>
    public void CompareZones(ZonesOperation operation)
    {
        session.Count();
        var expected = new MachineState();
        expected.Apply(new Snapshot { Zones = operation.Zones });
        var found = session.Machine.ReadState(withZones: true);
        if (!expected.Zones.Keys.Any(key => key.EndsWith("/node", StringComparison.Ordinal)))
            found.RemoveNodeSpans();
        foreach (var difference in expected.ZoneDifferences(found))
            session.Diverged(operation, difference);
    }

    private MachineState AfterOther(RecordedOperation other)
    {
        var state = session.Expected.Copy();
        if (other.Snap is { } changes)
            state.Apply(changes);
        return state;
    }
}
