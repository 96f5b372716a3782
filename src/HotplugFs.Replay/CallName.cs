namespace HotplugFs.Replay;

/// <summary>Names of calls, distinct where a kernel decides by more than the system call.</summary>
internal static class CallName
{
    public const string EmptyWrite = "write of 0 bytes";
    public const string SeekRemoved = "lseek on a removed file";

    private const int MapPrivate = 2;

    public static string Of(RecordedCall call) => call.Name switch
    {
        "write" when call.Bytes(0).Length == 0 => EmptyWrite,
        "mmap" when (call.Int(1) & MapPrivate) != 0 => "mmap, private",
        "getxattr" or "setxattr" => $"{call.Name} of {call.Text(1)[..(call.Text(1).IndexOf('.', StringComparison.Ordinal) + 1)]}*",
        // Recordings make this call only on a descriptor that stays open while its block is removed.
        "klseek" => SeekRemoved,
        var name => name,
    };
}
