namespace HotplugFs.Replay;

/// <summary>A difference between the simulation and a recording.</summary>
/// <param name="File">The recording.</param>
/// <param name="Line">The number of the operation's line.</param>
/// <param name="Operation">The line of the recording, as text.</param>
/// <param name="What">The expected and the actual result.</param>
public sealed record Divergence(string File, int Line, string Operation, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Operation}: {What}";
}
