namespace HotplugFs.Replay;

/// <summary>Replaying cannot go on, for a reason that has nothing to do with the recording.</summary>
/// <param name="message">One line.</param>
public sealed class ReplayException(string message) : Exception(message);
