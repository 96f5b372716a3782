using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// The results of offlining blocks of kernel zones that follow from pages of the kernel that are not in the log. There the machine is told
/// the recorded result, after all rules that are checked before, so that the rest of the log can be compared.
/// </summary>
internal sealed class ToldResults
{
    private readonly ExperimentSession _session;
    private readonly Func<MemoryBlock, Refusal?> _check;
    private readonly Dictionary<int, bool> _isBusy = [];

    public ToldResults(ExperimentSession session)
    {
        _session = session;
        _check = session.Machine.IsolatePages;
        session.Machine.IsolatePages = Check;
    }

    /// <summary>Prepares an offline with its recorded result.</summary>
    /// <param name="id">The block.</param>
    /// <param name="error">The name of the recorded errno, or null for success.</param>
    /// <returns>The reason if the result is told, so that it cannot be compared; otherwise null.</returns>
    public string? Prepare(BlockId id, string? error)
    {
        _isBusy.Remove(id.Number);
        if (!_session.Machine.TryGetBlock(id, out var block) || block.State != MemoryBlockState.Online || !block.Zones.IsSingle
            || error == nameof(Errno.EINVAL))
            return null;
        var (wasBusy, isBusy) = (error == nameof(Errno.EBUSY), _check(block) is not null);
        if (wasBusy == isBusy)
            return null;
        var reason = Reason(block, wasBusy);
        if (reason is not null)
        {
            _isBusy[id.Number] = wasBusy;
            _session.Disturbances++;
        }
        return reason;
    }

    private string? Reason(in MemoryBlock block, bool wasBusy)
    {
        if (block.Zones.Lowest == ZoneType.Movable)
            return wasBusy && _session.Machine.Rules.Pages.OfflineGivesUp ? NotComparable.PageOnItsWay : null;
        return block.IsBoot ? NotComparable.BootBlock
            : _session.HasChurned ? NotComparable.ChurnedPages
            : wasBusy ? NotComparable.SmallPages : null;
    }

    private Refusal? Check(MemoryBlock block) => !_isBusy.TryGetValue(block.Id.Number, out var isBusy)
        ? _check(block)
        : isBusy ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "it held a page of the kernel when the log was recorded") : null;
}
