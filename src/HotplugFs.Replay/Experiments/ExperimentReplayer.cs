using HotplugFs.Machines;
using HotplugFs.Replay.Playback;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// Repeats an experiment on a simulated machine. What programs allocate becomes loads; what they write is written. Results, blocks, places of
/// memory and the figures that follow from them are compared. <see cref="NotComparable"/> has the reasons for the rest.
/// </summary>
internal sealed class ExperimentReplayer
{
    private readonly ExperimentSession _session;
    private readonly ReplayOptions _options;
    private readonly FreeMemory _free;
    private readonly Dictionary<string, Action<ExperimentStep>> _handlers;

    public ExperimentReplayer(ExperimentLog log, ReplayReport report, ReplayOptions options)
    {
        (_session, _options) = (new ExperimentSession(log, report), options);
        var told = new ToldResults(_session);
        var writers = new Writers(_session, told);
        var loads = new ExperimentLoads(_session, writers);
        var devices = new ExperimentDevices(_session, told, writers);
        var figures = new ExperimentFigures(_session);
        var state = new ExperimentComparison(_session, writers);
        _free = new FreeMemory(_session, writers);
        _handlers = new()
        {
            ["wr"] = writers.Write,
            ["bw"] = writers.Begin,
            ["bwait"] = writers.Await,
            ["sig"] = writers.Signal,
            ["bg"] = loads.Start,
            ["end"] = loads.End,
            ["unlink"] = loads.Unlink,
            ["where"] = loads.Where,
            ["tread"] = step =>
            {
                if (step.Json.GetRawText().Contains("going-offline", StringComparison.Ordinal))
                    devices.BeginEarly(step);
                state.ReadFiles(step);
            },
            ["read"] = state.ReadTexts,
            ["blocks"] = state.CompareBlocks,
            ["uevopen"] = state.OpenUevents,
            ["uevdrain"] = state.CompareUevents,
            ["plug"] = devices.Plug,
            ["unplug"] = devices.Unplug,
            ["device_del"] = devices.BeginUnplug,
            ["event"] = devices.EndUnplug,
            ["vmem_plug"] = devices.PlugVirtioMem,
            ["vmem_size"] = devices.ResizeVirtioMem,
            ["plugged_mb after"] = devices.AwaitVirtioMem,
            ["zones"] = step =>
            {
                figures.CompareZones(step);
                _free.CompareZones(step);
            },
            ["figures"] = step =>
            {
                figures.CompareChanges(step);
                _free.CompareMeminfo(step);
            },
            ["meminfo"] = figures.CompareMeminfo,
            ["protection"] = figures.CompareProtection,
        };
    }

    public void Run()
    {
        var steps = _session.Log.Steps;
        for (var i = 0; i < steps.Count; i++)
        {
            _options.BeforeOperation();
            _session.Position = i;
            if (steps[i].Kind == "failed")
            {
                _session.Skip(NotComparable.Crashed);
                return;
            }
            if (steps[i].Kind is "unplug" or "device_del" && _session.Machine.Rules.EjectKeepsBlocks)
            {
                _session.Skip(NotComparable.LostMemory);
                return;
            }
            if (_session.IsAbandoned)
                _session.Skip(NotComparable.Abandoned);
            else
                Repeat(steps[i]);
        }
    }

    private void Repeat(ExperimentStep step)
    {
        try
        {
            _free.Note(step);
            if (_handlers.TryGetValue(step.Kind, out var handle))
                handle(step);
            else if (NotComparable.Kinds.TryGetValue(step.Kind, out var reason))
                _session.Skip(reason);
            else
                throw new FormatException($"unknown kind \"{step.Kind}\"");
        }
        catch (Exception problem) when (problem is FormatException or InvalidOperationException or KeyNotFoundException && step.Kind is not "unplug")
        {
            throw new MachineFileException(_session.Log.File, step.Line, $"this is not a line of an experiment: {problem.Message}");
        }
    }
}
