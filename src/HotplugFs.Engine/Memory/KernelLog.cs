namespace HotplugFs.Engine.Memory;

/// <summary>The kernel log of a machine, shared by its parts.</summary>
internal sealed class KernelLog
{
    /// <summary>Raised for each line.</summary>
    public event Action<string>? Logged;

    /// <summary>Raised with the reason of a refusal, before its line.</summary>
    public event Action<RefusalRule, string>? Refused;

    /// <summary>Writes a line.</summary>
    /// <param name="line">The line, without a newline.</param>
    public void Add(string line) => Logged?.Invoke(line);

    /// <summary>Writes that a request is refused.</summary>
    /// <param name="request">What was requested: <c>memory43: online_movable</c>.</param>
    /// <param name="reason">Why, with the numbers; begins in lower case and has no full stop.</param>
    public void AddRefusal(RefusalRule rule, string request, string reason) => Add(rule, $"{request} refused: {reason}", reason);

    /// <summary>Writes that a request has no effect.</summary>
    /// <inheritdoc cref="AddRefusal"/>
    public void AddIgnored(RefusalRule rule, string request, string reason) => Add(rule, $"{request} ignored: {reason}", reason);

    /// <summary>Writes a line about a request that is refused, with its reason.</summary>
    public void Add(RefusalRule rule, string line, string reason)
    {
        Refused?.Invoke(rule, reason);
        Add(line);
    }
}
