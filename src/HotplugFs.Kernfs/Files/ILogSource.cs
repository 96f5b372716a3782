namespace HotplugFs.Kernfs;

/// <summary>A log that only grows at its end and may drop what is oldest. Called by the thread that owns the tree.</summary>
public interface ILogSource
{
    /// <summary>Position of the oldest byte that is kept.</summary>
    long Start { get; }

    /// <summary>Position behind the newest byte: how many bytes there have ever been.</summary>
    long End { get; }

    /// <summary>Reads.</summary>
    /// <param name="position">Where to start, from <see cref="Start"/> to <see cref="End"/>.</param>
    /// <param name="destination">Where to put the bytes.</param>
    /// <returns>How many bytes; fewer than asked for at the end only.</returns>
    int ReadAt(long position, Span<byte> destination);
}
