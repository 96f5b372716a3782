using HotplugFs.Abi;

namespace HotplugFs.Engine;

/// <summary>Why a rule forbids something.</summary>
/// <param name="Error">The error number that the caller sees.</param>
/// <param name="Reason">The rule and its numbers, for the log; starts in lower case, no full stop.</param>
public sealed record Refusal(Errno Error, string Reason);
