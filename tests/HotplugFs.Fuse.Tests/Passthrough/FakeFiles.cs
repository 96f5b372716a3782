using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Fuse.Tests.Passthrough;

/// <summary>A kernel that takes files, on paper.</summary>
internal sealed class FakeFiles : IBackingFiles
{
    private int _last;

    public Dictionary<int, string> Files { get; } = [];

    public int OpenCount => _last;

    /// <summary>What taking a file fails with.</summary>
    public Errno? Refusal { get; set; }

    public Result<int> Open(ReadOnlySpan<byte> text)
    {
        if (Refusal is { } error)
            return error;
        Files.Add(++_last, Encoding.UTF8.GetString(text));
        return _last;
    }

    public void Close(int backing) => Assert.That(Files.Remove(backing), Is.True, "a file is taken back that was never given");
}
