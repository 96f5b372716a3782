namespace HotplugFs.Testing;

/// <summary>A write that was started, and may wait: for pages to be moved, for another operation, for room.</summary>
public sealed class PendingWrite
{
    private readonly KernfsTree _tree;
    private readonly byte[] _text;
    private KernfsOpenFile? _file;
    private Caller _caller;

    internal PendingWrite(KernfsTree tree, KernfsOpenFile file, byte[] text, ulong caller) =>
        (_tree, _file, _text, _caller) = (tree, file, text, new Caller(caller));

    /// <summary>True if the write has ended.</summary>
    public bool IsDone => _file is null;

    /// <summary>The errno with which the write failed; null if it succeeded or waits.</summary>
    public Errno? Error { get; private set; }

    /// <summary>Sends a signal to the writer, as Ctrl-C does. Most waits end with EINTR then.</summary>
    public void Interrupt()
    {
        _caller = _caller with { IsInterrupted = true };
        _ = Continue();
    }

    /// <returns>True if the write has ended.</returns>
    internal bool Continue()
    {
        if (_file is null)
            return true;
        var result = _tree.Write(_caller, _file, _text);
        if (!result.IsOk && result.Error == Errno.EWAITING)
        {
            _caller = _caller with { HasWaited = true };
            return false;
        }
        Error = result.IsOk ? null : result.Error;
        _tree.OpenFiles.Release(_file);
        _file = null;
        return true;
    }
}
