namespace HotplugFs.Simulator.Kernel;

/// <summary>A request of a client, and its result.</summary>
internal sealed class Call(Opcode opcode, ulong node, byte[] body)
{
    public Opcode Opcode { get; } = opcode;

    public ulong Node { get; } = node;

    public byte[] Body { get; private set; } = body;

    public ulong Unique { get; private set; }

    /// <summary>Called before the request is sent, for example to note what the model expects.</summary>
    public Action? Sending { get; init; }

    /// <summary>Makes the body when the request is sent.</summary>
    public Func<byte[]>? BodyWhenSent { get; init; }

    /// <summary>Called when the reply arrives, unless the caller was killed.</summary>
    public Action<Call>? Answered { get; init; }

    public bool ExpectsReply => Opcode is not (Opcode.Forget or Opcode.BatchForget or Opcode.Interrupt);

    /// <summary>True if the client can continue.</summary>
    public bool IsDone { get; private set; }

    /// <summary>True if the client was killed before the reply arrived; the kernel then discards the reply.</summary>
    public bool IsLost { get; private set; }

    /// <summary>True if the kernel rejected the first reply, so that the session must send EIO.</summary>
    public bool IsRejected { get; set; }

    /// <summary>True once the session has sent what it owes.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>True if the kernel has sent an INTERRUPT for it.</summary>
    public bool IsInterrupted { get; set; }

    public Errno Error { get; private set; }

    public byte[] Payload { get; private set; } = [];

    public bool IsOk => IsDone && !IsLost && Error == 0;

    public void Send(ulong unique)
    {
        Unique = unique;
        Sending?.Invoke();
        Body = BodyWhenSent?.Invoke() ?? Body;
    }

    public void Answer(Errno error, ReadOnlySpan<byte> payload)
    {
        (IsAnswered, IsDone, Error, Payload) = (true, true, error, payload.ToArray());
        Answered?.Invoke(this);
    }

    public void Lose() => (IsAnswered, IsDone, IsLost) = (true, true, true);

    public void SkipReply() => (IsAnswered, IsDone) = (true, true);

    public override string ToString() => $"#{Unique} {Opcode} {(Node == ProtocolConstants.RootId ? "root" : new NodeId(Node))}";
}
