using HotplugFs.Abi;

namespace HotplugFs.Fuse.Protocol;

/// <summary>
/// The answer to one request, given exactly once: a second one is a mistake and throws, a missing one becomes EIO, so that
/// no caller of the kernel waits for ever. One object serves all requests of a thread, one after the other.
/// </summary>
internal sealed class Reply
{
    private readonly Message _message;
    private ulong _unique;
    private bool _isGiven;

    /// <param name="capacity">Most bytes of an answer.</param>
    internal Reply(int capacity)
    {
        Capacity = capacity;
        _message = new Message(capacity);
    }

    /// <summary>Most bytes of an answer.</summary>
    internal int Capacity { get; }

    /// <summary>True if the request is one that the kernel wants no answer to.</summary>
    internal bool IsWithheld { get; private set; }

    /// <summary>The open file that the answer hands over: if it does not arrive, nobody will close it.</summary>
    internal ulong? Handle { get; set; }

    internal ReadOnlySpan<byte> Bytes => _message.Bytes;

    /// <summary>Begins the answer to another request.</summary>
    internal void Begin(ulong unique)
    {
        _unique = unique;
        _isGiven = false;
        IsWithheld = false;
        Handle = null;
        _message.Clear();
    }

    /// <summary>Room for an answer, limited to what the kernel asked for; <see cref="Ok(int)"/> says how much was used.</summary>
    internal Span<byte> Room(uint size) => _message.Room[..(int)Math.Min(size, (uint)Capacity)];

    internal void Ok(int length = 0)
    {
        _message.Advance(length);
        Give();
        _message.EndReply(_unique);
    }

    internal void Ok<T>(in T value) where T : unmanaged
    {
        Give();
        _message.Add(value);
        _message.EndReply(_unique);
    }

    internal void Ok(ReadOnlySpan<byte> bytes)
    {
        Give();
        _message.Add(bytes);
        _message.EndReply(_unique);
    }

    internal void Error(Errno error)
    {
        Give();
        _message.EndError(_unique, error);
    }

    internal void Answer(Result result)
    {
        if (result.IsOk)
            Ok();
        else
            Error(result.Error);
    }

    /// <summary>Gives no answer, where the kernel wants none.</summary>
    internal void Withhold()
    {
        Give();
        IsWithheld = true;
    }

    /// <summary>Makes the answer EIO, whatever it was to be: its handler failed.</summary>
    internal void Fail()
    {
        _isGiven = true;
        IsWithheld = false;
        _message.EndError(_unique, Errno.EIO);
    }

    /// <summary>Makes sure that there is an answer.</summary>
    /// <returns>False if there was none: the answer is now EIO.</returns>
    internal bool Complete()
    {
        if (_isGiven)
            return true;
        Fail();
        return false;
    }

    private void Give()
    {
        if (_isGiven)
            throw new InvalidOperationException("a request is answered twice");
        _isGiven = true;
    }
}
