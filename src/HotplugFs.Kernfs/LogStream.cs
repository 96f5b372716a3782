namespace HotplugFs.Kernfs;

/// <summary>
/// An append-only log as a file. Offsets are positions in the log, so the size never shrinks and <c>tail -f</c> works. A reader whose
/// position was dropped continues at the oldest byte that the log still has, and one that reads while an older state is restored at the
/// end of that state.
/// </summary>
public sealed class LogStream : FileEntry
{
    private readonly ILogSource _source;

    internal LogStream(string name, ILogSource source, uint mode)
        : base(name, mode, size: 0, isVisible: null) => _source = source;

    /// <inheritdoc/>
    public override long Size => _source.End;

    internal override bool IsVolatile => true;

    internal override Result<long> MeasureText(int obj, TextBuffer scratch) => _source.End;

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        Follow(file);
        // The offsets of a reader that was moved forward stay behind the log's by Skipped, as long as it reads sequentially.
        if (offset != file.Position)
            file.Skipped = 0;
        file.Skipped = Math.Max(file.Skipped, _source.Start - offset);
        file.Position = offset;
        var position = offset + file.Skipped;
        if (position >= _source.End)
            return 0;
        var count = _source.ReadAt(position, destination);
        file.Position += count;
        return count;
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data) => Errno.EIO;

    internal override PollEvents Poll(KernfsOpenFile file)
    {
        Follow(file);
        return file.Position + file.Skipped < _source.End ? PollEvents.In | PollEvents.ReadNormal : PollEvents.None;
    }

    /// <summary>Moves a reader to the end of the log that was restored: what it has not read yet never happened.</summary>
    private void Follow(KernfsOpenFile file)
    {
        var (count, end) = _source.Restored;
        if (file.LogRestores is { } seen && seen != count)
            file.Skipped = end - file.Position;
        file.LogRestores = count;
    }
}
