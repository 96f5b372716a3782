using HotplugFs.Fuse.Device;

namespace HotplugFs.Simulator.Kernel;

/// <summary>The kernel's side of passthrough: registered files and their texts. Registering fails now and then.</summary>
/// <param name="error">The error of the first registration, such as EPERM; 0 for none.</param>
internal sealed class BackingFiles(Random random, Errno error) : IBackingFiles
{
    private readonly Dictionary<int, byte[]> _texts = [];
    private int _last;

    public IReadOnlyDictionary<int, byte[]> Texts => _texts;

    public Result<int> Open(ReadOnlySpan<byte> text)
    {
        if (_last == 0 && error != 0)
            return error;
        if (_last > 0 && random.Next(20) == 0)
            return random.Next(2) == 0 ? Errno.ENOMEM : Errno.ENFILE;
        _texts.Add(++_last, text.ToArray());
        return _last;
    }

    public void Close(int backingId)
    {
        if (!_texts.Remove(backingId))
            throw new SimulationException($"backing file {backingId} is closed twice");
    }
}
