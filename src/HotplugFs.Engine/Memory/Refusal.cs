namespace HotplugFs.Engine.Memory;

/// <summary>Why a request fails.</summary>
/// <param name="Error">The errno that the caller gets.</param>
/// <param name="Rule">The rule that forbids it.</param>
/// <param name="Reason">The rule or the page that forbids it, with the numbers, for the log; begins in lower case and has no full stop.</param>
public sealed record Refusal(Errno Error, RefusalRule Rule, string Reason);
