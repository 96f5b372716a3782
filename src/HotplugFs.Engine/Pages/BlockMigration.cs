using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>
/// Moves the pages of one block away, in time (the loop of offline_pages). The pages leave in portions: 256 pages, or all. Between portions
/// the kernel looks for a signal, and some kernels for the time that has passed. Source: docs/kernels.md, "Moving pages".
/// </summary>
/// <remarks>
/// Some kernels give up after five rounds without room. Room appears only between calls, so here the first of these rounds ends the move.
/// </remarks>
internal sealed class BlockMigration
{
    private const int PagesPerPortion = 256;

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(120);

    private readonly MemoryInUse _pages;
    private readonly PageRules _rules;
    private readonly MemoryBlock _block;
    private readonly TimeSpan _start;
    private readonly Int128 _bytesPerPage;

    /// <summary>Number of pages that could be moved at the beginning, among which the time of a block is divided.</summary>
    private readonly long _pagesAtStart;

    private MigrationRate _rate;

    /// <summary>The time from which on the present rate counts, and the pages moved since then.</summary>
    private (TimeSpan From, long Moved) _done;

    /// <summary>Number of pages of the present portion that were not moved; 0 between portions.</summary>
    private long _left;

    private MigrationObstacle _obstacle;

    /// <summary>True if the wait is not for the end of a portion, so that the time passes without a page.</summary>
    private bool _isIdle;

    /// <summary>Prepares to move the pages of an isolated block.</summary>
    /// <param name="start">The machine's time when the offline began.</param>
    /// <param name="pageSizeBytes">Bytes in a page.</param>
    public BlockMigration(MemoryInUse pages, PageRules rules, in MemoryBlock block, TimeSpan start, int pageSizeBytes)
    {
        (_pages, _rules, _block, _start, _bytesPerPage) = (pages, rules, block, start, pageSizeBytes);
        _pagesAtStart = pages.Examine(block).Pages;
        (Time, _done) = (start, (start, 0));
    }

    /// <summary>The machine's time at which the move has arrived.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>When the move has to be continued; null if time alone does not end the wait.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Moves the pages that leave until now.</summary>
    /// <param name="now">The machine's time.</param>
    /// <param name="isInterrupted">True if a signal has reached the caller.</param>
    /// <returns>
    /// Success when all pages have moved; EWAITING if pages remain; EINTR after a signal, EAGAIN after 120 s where the kernel gives up, and
    /// else the errno of what keeps a page.
    /// </returns>
    public Result Continue(MigrationRate rate, TimeSpan now, bool isInterrupted)
    {
        if (_isIdle)
            Arrive(Due is { } due && due < now ? due : now);
        if (rate != _rate)
        {
            // The first page of a portion leaves at its beginning; what is left of its time ends with the rate.
            Time = Time < now ? Time : now;
            (_rate, _done) = (rate, (Time, 0));
        }
        while (true)
        {
            if (_left > 0 && !TryMovePart(now))
                return _pages.ErrorFor(_obstacle) is { } error ? error : Idle(null);
            var end = TimeOf(_done.Moved + _left);
            if (now < end)
                return Wait(end);
            if (BeginPortion(now, isInterrupted) is { } result)
                return result;
        }
    }

    /// <summary>Describes why the move ended with an error, for the log.</summary>
    public Refusal Describe(Errno error) => error switch
    {
        Errno.EINTR => new Refusal(error, RefusalRule.Signal, "a signal ended it"),
        Errno.EAGAIN when _obstacle == MigrationObstacle.None => new Refusal(error, RefusalRule.TimedOut, "its pages did not move within 120 s"),
        Errno.EAGAIN => new Refusal(error, RefusalRule.TimedOut, $"for 120 s {_pages.Describe(_block.Id, _obstacle)}"),
        _ => new Refusal(
            error,
            _obstacle is MigrationObstacle.KernelPage or MigrationObstacle.PinnedPage ? RefusalRule.UnmovablePages : RefusalRule.NoRoom,
            _pages.Describe(_block.Id, _obstacle)),
    };

    /// <summary>Looks at what can end the move, and else begins a portion.</summary>
    /// <returns>The result of the move, EWAITING included; null if there is a portion now.</returns>
    private Result? BeginPortion(TimeSpan now, bool isInterrupted)
    {
        if (isInterrupted)
            return Errno.EINTR;
        if (_rules.OfflineGivesUp && Time >= _start + GiveUpAfter)
            return Errno.EAGAIN;
        (var movable, _obstacle) = _pages.Examine(_block);
        if (movable > 0)
        {
            _left = _rules.MovesInPortions && _rate != default ? Math.Min(movable, PagesPerPortion) : movable;
            _obstacle = MigrationObstacle.None;
            return null;
        }
        if (_obstacle != MigrationObstacle.None)
            return _pages.ErrorFor(_obstacle) is { } error ? error : Idle(null);
        // A block without used pages takes its time, too.
        var end = _start + _rate.PerBlock;
        if (_pagesAtStart > 0 || Time >= end)
            return Result.Ok;
        if (now < end)
            return Idle(end);
        Arrive(end);
        return Result.Ok;
    }

    /// <summary>Moves the pages of the portion that leave until now, the first one at once.</summary>
    /// <returns>False if one should leave and none could.</returns>
    private bool TryMovePart(TimeSpan now)
    {
        var due = Math.Min(_left, Math.Max(PagesUntil(now), 1) - _done.Moved);
        if (due <= 0)
            return true;
        (var moved, _obstacle) = _pages.MovePages(_block, due);
        if (moved == 0)
        {
            // What the portion had left was freed meanwhile, or has no room.
            _left = 0;
            return _obstacle == MigrationObstacle.None;
        }
        _done.Moved += moved;
        // Pages that were freed meanwhile need not be moved.
        _left = Math.Clamp(_left - moved, 0, _pages.Examine(_block).Pages);
        Time = TimeOf(_done.Moved);
        return true;
    }

    private void Arrive(TimeSpan time)
    {
        Time = time > Time ? time : Time;
        (_done, _isIdle) = ((Time, 0), false);
    }

    private Errno Wait(TimeSpan? due)
    {
        Due = due;
        return Errno.EWAITING;
    }

    private Errno Idle(TimeSpan? end)
    {
        _isIdle = true;
        TimeSpan? limit = _rules.OfflineGivesUp ? _start + GiveUpAfter : null;
        return Wait(end is null || limit < end ? limit : end);
    }

    /// <summary>How many pages leave in so many ticks of time, as a fraction.</summary>
    private (Int128 Pages, Int128 Ticks) Speed => _rate.PerBlock > TimeSpan.Zero
        ? (Math.Max(_pagesAtStart, 1), _rate.PerBlock.Ticks)
        : (_rate.BytesPerSecond, _bytesPerPage * TimeSpan.TicksPerSecond);

    private long PagesUntil(TimeSpan now) =>
        _rate == default ? long.MaxValue : (long)(Math.Max(0, (now - _done.From).Ticks) * Speed.Pages / Speed.Ticks);

    private TimeSpan TimeOf(long moved) =>
        _rate == default ? _done.From : _done.From + TimeSpan.FromTicks((long)((moved * Speed.Ticks + Speed.Pages - 1) / Speed.Pages));
}
