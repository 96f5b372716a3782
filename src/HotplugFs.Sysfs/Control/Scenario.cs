using HotplugFs.Sysfs.Uevents;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// What happens to a machine by itself: each step writes to the machine's own files, at a time or after an event. A step runs between the
/// operations of clients, never within one. <c>hotplugfs/scenario</c> shows what has happened.
/// </summary>
internal sealed class Scenario
{
    private readonly Machine _machine;
    private readonly IReadOnlyList<ScenarioStep> _steps;

    /// <summary>The steps with a time, in the order of the times.</summary>
    private readonly int[] _timed;

    private readonly int[] _started;
    private readonly string?[] _problems;
    private readonly Queue<int> _due = [];
    private readonly List<ScenarioRun> _runs = [];
    private int _nextTimed;
    private int _runCount;

    /// <param name="steps">The steps, in the order in which those of the same time run.</param>
    public Scenario(Machine machine, IReadOnlyList<ScenarioStep> steps)
    {
        (_machine, _steps) = (machine, steps);
        _timed = [.. Enumerable.Range(0, steps.Count).Where(step => steps[step].At is not null).OrderBy(step => steps[step].At)];
        _started = new int[steps.Count];
        _problems = new string?[steps.Count];
    }

    /// <summary>The tree whose files are written.</summary>
    public KernfsTree? Tree { get; set; }

    /// <summary>True if it has no steps, and there is nothing to note or run.</summary>
    public bool IsEmpty => _steps.Count == 0;

    /// <summary>True while a step runs, and its writes begin and end.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>When the next step has to run; null if time alone starts none.</summary>
    public TimeSpan? Due => _nextTimed < _timed.Length ? _steps[_timed[_nextTimed]].At : null;

    /// <summary>Notes that something has happened; steps that it starts run when <see cref="Run"/> is called.</summary>
    /// <inheritdoc cref="ScenarioEvent.Is"/>
    public void Note(string what, string name)
    {
        for (var step = 0; step < _steps.Count; step++)
        {
            if (_steps[step] is not { Event: { } wanted, Times: var times } || _started[step] >= times || !wanted.Is(what, name))
                continue;
            _started[step]++;
            _due.Enqueue(step);
        }
    }

    /// <summary>Notes a uevent.</summary>
    public void Note(UeventMessage message) => Note(message.Action, message.DevPath[(message.DevPath.LastIndexOf('/') + 1)..]);

    /// <summary>Notes a change that has no uevent.</summary>
    public void Note(HotplugEvent change)
    {
        switch (change)
        {
            case DimmAdded(var dimm):
                Note(ScenarioEvent.Plug, dimm.Id);
                break;
            case DimmRemoved(var dimm):
                Note(ScenarioEvent.Unplug, dimm.Id);
                break;
            case LoadAdded(var load):
                Note(ScenarioEvent.Load, load);
                break;
            case LoadRemoved(var load):
                Note(ScenarioEvent.Stop, load);
                break;
            default:
                break;
        }
    }

    /// <summary>Runs all steps that are due, and those that wait on for other operations.</summary>
    /// <param name="now">The machine's time.</param>
    /// <param name="enter">Called with the time of each step that has one, before it runs.</param>
    public void Run(TimeSpan now, Action<TimeSpan> enter)
    {
        if (_runs.Count == 0 && _due.Count == 0 && !(Due <= now))
            return;
        IsRunning = true;
        try
        {
            while (RunOne(now, enter))
            {
            }
        }
        finally
        {
            IsRunning = false;
        }
    }

    /// <summary>Passes what has happened through a stream. Steps that wait end with a state that is restored.</summary>
    public void Transfer(StateStream state)
    {
        if (state.IsReading)
        {
            _due.Clear();
            _runs.ForEach(run => run.Abandon());
            _runs.Clear();
        }
        _nextTimed = state.Number(_nextTimed);
        for (var step = 0; step < _steps.Count; step++)
        {
            _started[step] = state.Number(_started[step]);
            var problem = state.Text(_problems[step] ?? "");
            _problems[step] = problem.Length > 0 ? problem : null;
        }
    }

    /// <summary>Shows each step with its state: a word, the line of the file, the step.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        for (var step = 0; step < _steps.Count; step++)
        {
            var (described, started) = (_steps[step], _started[step]);
            var state = _runs.Exists(run => run.Step == described) ? "waiting"
                : _problems[step] is not null ? "failed"
                : started < described.Times ? "left"
                : "done";
            text.Append(state).Append(' ').Append(described.Line).Append(' ').Append(described.ToString());
            if (described.Times > 1)
                text.Append(" (").Append(started).Append(" of ").Append(described.Times).Append(')');
            if (_problems[step] is { } problem)
                text.Append(": ").Append(problem);
            text.Append('\n');
        }
        return Result.Ok;
    }

    /// <returns>False if nothing can be done now.</returns>
    private bool RunOne(TimeSpan now, Action<TimeSpan> enter)
    {
        foreach (var run in _runs.ToArray())
            if (Continue(run))
                return true;
        if (_due.TryDequeue(out var step))
            return Start(step);
        if (Due is not { } due || due > now)
            return false;
        enter(due);
        step = _timed[_nextTimed++];
        _started[step]++;
        return Start(step);
    }

    private bool Start(int step)
    {
        var run = new ScenarioRun(_machine, Tree!, _steps[step], _runCount++);
        _runs.Add(run);
        _ = Continue(run);
        return true;
    }

    /// <returns>True if the run has ended.</returns>
    private bool Continue(ScenarioRun run)
    {
        if (!run.Continue())
            return false;
        _runs.Remove(run);
        _problems[Enumerable.Range(0, _steps.Count).First(step => _steps[step] == run.Step)] ??= run.Problem;
        return true;
    }
}
