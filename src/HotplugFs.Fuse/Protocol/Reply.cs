namespace HotplugFs.Fuse.Protocol;

/// <summary>
/// The reply to one request. Exactly one is sent: a second one is a bug and throws, a missing one becomes EIO, so that no caller waits
/// forever. One object serves all requests of a thread, one after the other.
/// </summary>
internal sealed class Reply
{
    private readonly int _capacity;
    private readonly Message _message;
    private ulong _unique;
    private bool _isAnswered;

    /// <param name="capacity">The maximum size of a payload in bytes.</param>
    internal Reply(int capacity)
    {
        _capacity = capacity;
        _message = new Message(capacity);
    }

    /// <summary>True if the kernel expects no reply to the request.</summary>
    internal bool IsNoReply { get; private set; }

    /// <summary>The open file that the reply passes to the kernel. If the reply is not delivered, the kernel never closes it.</summary>
    internal ulong? Handle { get; set; }

    internal ReadOnlySpan<byte> Bytes => _message.Bytes;

    /// <summary>Starts the reply to another request.</summary>
    internal void Begin(ulong unique)
    {
        _unique = unique;
        _isAnswered = false;
        IsNoReply = false;
        Handle = null;
        _message.Clear();
    }

    /// <summary>The buffer for a payload, limited to the size that the kernel requested; <see cref="Ok(int)"/> sends it.</summary>
    internal Span<byte> GetSpan(uint size) => _message.GetSpan()[..(int)Math.Min(size, (uint)_capacity)];

    /// <summary>Sends the bytes written to the span of <see cref="GetSpan"/>.</summary>
    internal void Ok(int length = 0)
    {
        MarkAnswered();
        _message.Advance(length);
        _message.EndReply(_unique);
    }

    internal void Ok<T>(in T value) where T : unmanaged
    {
        MarkAnswered();
        _message.Add(value);
        _message.EndReply(_unique);
    }

    internal void Ok(ReadOnlySpan<byte> bytes)
    {
        MarkAnswered();
        _message.Add(bytes);
        _message.EndReply(_unique);
    }

    internal void Error(Errno error)
    {
        MarkAnswered();
        _message.EndError(_unique, error);
    }

    internal void Send(Result result)
    {
        if (result.Failed(out var error))
            Error(error);
        else
            Ok();
    }

    /// <summary>Sends nothing, because the kernel expects no reply to this request.</summary>
    internal void NoReply()
    {
        MarkAnswered();
        IsNoReply = true;
    }

    /// <summary>Replaces the reply with EIO, because the handler failed.</summary>
    internal void Fail()
    {
        _isAnswered = true;
        IsNoReply = false;
        _message.EndError(_unique, Errno.EIO);
    }

    /// <summary>Ensures that there is a reply.</summary>
    /// <returns>False if there was none; it is EIO now.</returns>
    internal bool Complete()
    {
        if (_isAnswered)
            return true;
        Fail();
        return false;
    }

    private void MarkAnswered()
    {
        if (_isAnswered)
            throw new InvalidOperationException("a request is answered twice");
        _isAnswered = true;
    }
}
