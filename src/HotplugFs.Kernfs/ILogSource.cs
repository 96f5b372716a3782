namespace HotplugFs.Kernfs;

/// <summary>A log that grows at its end and may drop its oldest bytes. Called by the thread that owns the tree.</summary>
public interface ILogSource
{
    /// <summary>The position of the oldest byte that the log still has.</summary>
    long Start { get; }

    /// <summary>The position after the newest byte: the number of bytes ever written.</summary>
    long End { get; }

    /// <summary>How often an older state of the log was restored, and where the log ended after the last time.</summary>
    (int Count, long End) Restored { get; }

    /// <summary>Reads bytes of the log.</summary>
    /// <param name="position">From <see cref="Start"/> to <see cref="End"/>.</param>
    /// <returns>The number of bytes; fewer than requested only at the end.</returns>
    int ReadAt(long position, Span<byte> destination);
}
