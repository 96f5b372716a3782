namespace HotplugFs.Replay.Recorder;

/// <summary>A machine cannot be recorded as asked; nothing was written to it.</summary>
/// <param name="message">The problem, then the fix.</param>
public sealed class RecorderException(string message) : Exception(message);
