namespace HotplugFs.Replay;

/// <summary>Replaying failed for a reason other than the recording.</summary>
/// <param name="message">One line.</param>
public sealed class ReplayException(string message) : Exception(message);
