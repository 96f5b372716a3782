namespace HotplugFs.Cli.Diagnosis;

/// <summary>What a check of the computer found.</summary>
/// <param name="What">What was checked.</param>
/// <param name="IsFine">True if nothing is missing.</param>
/// <param name="Text">What there is, or what is missing and the command that mends it.</param>
internal sealed record Finding(string What, bool IsFine, string Text);
