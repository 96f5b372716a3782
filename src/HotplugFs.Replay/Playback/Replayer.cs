using HotplugFs.Machines;

namespace HotplugFs.Replay.Playback;

/// <summary>
/// Repeats on a simulated machine what was done to a real kernel on the same machine, and compares after every operation: errno, the system
/// call that failed, bytes read, short counts, and the whole state (blocks, node states, zones). <see cref="NotCompared"/> lists the rest.
/// </summary>
/// <remarks>
/// A simulation cannot know whether a block holds a page of the kernel. If a recorded offline failed with EBUSY or EAGAIN, the simulated
/// one is told to fail in the same way, after all rules that are checked before.
/// </remarks>
public sealed class Replayer
{
    private readonly ReplaySession _session;
    private readonly ReplayOptions _options;
    private readonly FileHandlers _files;
    private readonly DirectoryHandlers _directories;
    private readonly HotplugHandlers _hotplug;
    private readonly SystemCallsHandler _systemCalls;
    private readonly StateComparison _state;
    private readonly UeventComparison _uevents;

    private Replayer(ReplaySession session, ReplayOptions options)
    {
        _session = session;
        _options = options;
        _files = new FileHandlers(session);
        _directories = new DirectoryHandlers(session);
        _hotplug = new HotplugHandlers(session);
        _systemCalls = new SystemCallsHandler(session);
        _state = new StateComparison(session);
        _uevents = new UeventComparison(session);
    }

    /// <summary>Replays a recording.</summary>
    /// <param name="report">Receives the counts and the divergences.</param>
    /// <exception cref="MachineFileException">A line is not an operation; the message names file and line.</exception>
    /// <exception cref="OperationCanceledException">Replaying was canceled; nothing remains mounted.</exception>
    public static void Replay(Trace trace, ReplayReport report, ReplayOptions? options = null)
    {
        options ??= new ReplayOptions();
        foreach (var (field, count) in trace.UncomparedFields)
            report.AddUncompared(field, count);
        if (trace.IsStateSpace)
        {
            using var states = new StateSpaceReplayer(trace, report, options);
            states.Run();
            return;
        }
        using var machine = options.Backend.Boot(trace);
        new Replayer(new ReplaySession(trace, report, machine, options.Backend.KnownDifferences), options).Run();
    }

    private void Run()
    {
        _state.CompareBoot();
        new HeaderComparison(_session).Compare();
        foreach (var operation in _session.Trace.Operations)
        {
            _options.BeforeOperation();
            if (operation.Died is not null)
            {
                _session.Skip("the recorded kernel crashed");
                return;
            }
            if (ReplaySession.Guard(_session.Trace, operation.Line, () => Repeat(operation)))
            {
                _state.Compare(operation);
                _uevents.Compare(operation);
            }
        }
    }

    /// <returns>False if the line only remarks something.</returns>
    private bool Repeat(RecordedOperation operation)
    {
        switch (operation)
        {
            case NoteOperation or KernelLogOperation:
                return false;
            case WriteOperation write:
                _files.Write(write);
                break;
            case ReadOperation read:
                _files.Read(read);
                break;
            case ListOperation list:
                _directories.List(list);
                break;
            case TreeOperation tree:
                _directories.Tree(tree);
                break;
            case PlugOperation plug:
                _hotplug.Plug(plug);
                break;
            case UnplugOperation unplug:
                _hotplug.Unplug(unplug);
                break;
            case PlugVirtioMemOperation plug:
                _hotplug.PlugVirtioMem(plug);
                break;
            case ResizeVirtioMemOperation resize:
                _hotplug.ResizeVirtioMem(resize);
                break;
            case SystemCallsOperation calls:
                _systemCalls.Call(calls);
                break;
            case ZonesOperation zones:
                _state.CompareZones(zones);
                break;
            default:
                throw new NotSupportedException($"no handler for {operation.GetType().Name}");
        }
        return true;
    }
}
