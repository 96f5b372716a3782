namespace HotplugFs.Bench;

/// <summary>The goal for an operation, pinned and on 192 blocks.</summary>
/// <param name="Target"><see cref="Ours"/> or <see cref="Fast"/>.</param>
/// <param name="AgainstSysfs">Largest ratio to the host's real sysfs; null if there is no goal.</param>
/// <param name="AgainstC">Largest ratio to the C server; null if there is no goal.</param>
/// <param name="Name">The title of the row, if it is not the operation.</param>
internal sealed record Goal(string Operation, string Target, double? AgainstSysfs, double? AgainstC, string? Name = null)
{
    /// <summary>The default mount by root.</summary>
    internal const string Ours = "hotplugfs";

    /// <summary>The mount with <c>-o fast</c>.</summary>
    internal const string Fast = "hotplugfs-fast";

    /// <summary>The host's real sysfs.</summary>
    internal const string Sysfs = "sysfs";

    /// <summary>The server in C (bench/server).</summary>
    internal const string C = "c";

    /// <summary>The operations of sysfs that writes are compared with, because the real sysfs is never written to.</summary>
    internal static readonly IReadOnlyDictionary<string, string> StandIns = new Dictionary<string, string>
    {
        ["write to state, refused"] = "open+read+close",
        ["write to state, accepted"] = "open+read+close",
    };

    internal static readonly Goal[] All =
    [
        new("open+read+close", Ours, 3.9, 1.0),
        new("open+fstat+read to EOF+close", Ours, 6.0, 1.0),
        new("pread", Ours, 10, 1.0),
        new("stat", Ours, 0.75, 1.05),
        new("readdir, per entry", Ours, 0.6, 0.2),
        new("readdir+lstat, per entry", Ours, 0.8, 0.8),
        new("write to state, refused", Ours, 3.9, 1.0),
        new("write to state, accepted", Ours, 3.9, 1.0),
        new("lsmem -a", Ours, 2.7, 0.9),
        new("open+read+close, constant", Ours, 3.3, null),
        new("open+fstat+read to EOF+close, constant", Ours, 3.5, null),
        new("pread, constant", Ours, 0.85, null),
        new("open+read+close", Fast, 3.3, null),
        new("open+fstat+read to EOF+close", Fast, 3.5, null),
        new("pread", Fast, 0.85, null),
        new("lsmem -a", Fast, 2.0, null),
        new("list one block", Ours, null, null),
        new("ls -l", Ours, null, null),
        new("open+read+close, two threads", Ours, null, null),
        new("enumeration, per block", Ours, null, null),
        new("plug", Ours, null, null),
        new("unplug", Ours, null, null),
    ];
}
