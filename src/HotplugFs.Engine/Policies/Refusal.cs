namespace HotplugFs.Engine.Policies;

/// <summary>Why a rule forbids a request.</summary>
/// <param name="Error">The errno that the caller gets.</param>
/// <param name="Reason">The rule and its numbers, for the log; begins in lower case and has no full stop.</param>
public sealed record Refusal(Errno Error, string Reason);
