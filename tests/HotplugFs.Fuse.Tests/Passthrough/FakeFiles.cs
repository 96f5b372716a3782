using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Tests.Passthrough;

/// <summary>The backing files of a simulated kernel.</summary>
internal sealed class FakeFiles : IBackingFiles
{
    private int _last;

    public Dictionary<int, string> Files { get; } = [];

    public int OpenCount => _last;

    /// <summary>The error of registering a file, or null.</summary>
    public Errno? Error { get; set; }

    public Result<int> Open(ReadOnlySpan<byte> text)
    {
        if (Error is { } error)
            return error;
        Files.Add(++_last, Encoding.UTF8.GetString(text));
        return _last;
    }

    public void Close(int backingId) => Assert.That(Files.Remove(backingId), Is.True, "the file was never registered");
}
