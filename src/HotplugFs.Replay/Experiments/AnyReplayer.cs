using HotplugFs.Replay.Playback;

namespace HotplugFs.Replay.Experiments;

/// <summary>Replays recordings of system calls and logs of experiments.</summary>
public static class AnyReplayer
{
    /// <inheritdoc cref="Replayer.Replay"/>
    /// <exception cref="ReplayException">The log of an experiment cannot be replayed on a mount.</exception>
    public static void Replay(IRecording recording, ReplayReport report, ReplayOptions? options = null)
    {
        options ??= new ReplayOptions();
        if (recording is Trace trace)
            Replayer.Replay(trace, report, options);
        else if (options.IsMounted)
            throw new ReplayException("the log of an experiment can be replayed in process only; leave --mount out");
        else
            new ExperimentReplayer((ExperimentLog)recording, report, options).Run();
    }
}
