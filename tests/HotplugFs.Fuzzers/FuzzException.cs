namespace HotplugFs.Fuzzers;

/// <summary>The program did something that it must not do.</summary>
internal sealed class FuzzException(string message) : Exception(message);
