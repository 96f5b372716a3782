namespace HotplugFs.Replay;

/// <summary>The result of opening a file, reading or writing once, and closing it.</summary>
/// <param name="Error">The name of the errno, or null on success.</param>
/// <param name="At">The call that failed: <c>open</c>, <c>read</c>, <c>write</c> or <c>close</c>.</param>
/// <param name="Data">The bytes read.</param>
/// <param name="Count">The number of bytes read or written.</param>
internal readonly record struct FileOutcome(string? Error, string? At, byte[] Data, int Count)
{
    public static FileOutcome Failed(Errno error, string at) => new(error.Name(), at, [], 0);
}
