using HotplugFs.Replay.Playback;

namespace HotplugFs.Replay;

/// <summary>A file that can be replayed: a recording of system calls, or the log of an experiment with memory in use.</summary>
public interface IRecording
{
    /// <summary>The number of lines after the first.</summary>
    int Count { get; }

    /// <summary>Replays it.</summary>
    /// <param name="report">Receives the counts and the divergences.</param>
    /// <exception cref="HotplugFs.Machines.MachineFileException">A line is invalid; the message names file and line.</exception>
    /// <exception cref="ReplayException">It cannot be replayed in this way.</exception>
    /// <exception cref="OperationCanceledException">Replaying was canceled; nothing remains mounted.</exception>
    void Replay(ReplayReport report, ReplayOptions options);
}
