namespace HotplugFs.Linux;

/// <summary>sys/select.h.</summary>
public static partial class SysSelect
{
    /// <summary>Checks one descriptor for all three kinds of events, without waiting (select(2)).</summary>
    /// <param name="descriptor">From 0 to 1023.</param>
    /// <returns>The number of kinds, and which ones.</returns>
    public static Result<(int Count, bool CanRead, bool CanWrite, bool IsExceptional)> Select(int descriptor)
    {
        FdSet reads = default, writes, excepts;
        reads.Add(descriptor);
        writes = excepts = reads;
        TimeVal now = default;
        var count = select(descriptor + 1, ref reads, ref writes, ref excepts, ref now);
        return count < 0 ? Libc.LastError : (count, reads.Contains(descriptor), writes.Contains(descriptor), excepts.Contains(descriptor));
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int select(int nfds, ref FdSet readfds, ref FdSet writefds, ref FdSet exceptfds, ref TimeVal timeout);
}
