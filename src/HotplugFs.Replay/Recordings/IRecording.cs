namespace HotplugFs.Replay.Recordings;

/// <summary>A file that can be replayed: a recording of system calls, or the log of an experiment with memory in use.</summary>
public interface IRecording
{
    /// <summary>The number of lines after the first.</summary>
    int Count { get; }
}
