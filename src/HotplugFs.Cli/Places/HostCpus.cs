namespace HotplugFs.Cli.Places;

/// <summary>The CPUs of the host that this thread may run on, compared with those of a machine.</summary>
internal static class HostCpus
{
    private const int BitsPerWord = 64;
    private const int Words = 8192 / BitsPerWord;

    /// <summary>Returns the CPUs that a machine has online, as a list; empty if this thread may run on no others, null if it may run on none
    /// of them.</summary>
    /// <param name="sysroot">The machine's mount point.</param>
    public static string? In(string sysroot)
    {
        var online = File.ReadAllText(sysroot + "/sys/devices/system/cpu/online").TrimEnd();
        Span<ulong> machine = stackalloc ulong[Words];
        Span<ulong> allowed = stackalloc ulong[Words];
        Parse(online, machine);
        ReadAllowed(allowed);
        var (isAny, areAll) = (false, true);
        for (var word = 0; word < Words; word++)
        {
            isAny |= (allowed[word] & machine[word]) != 0;
            areAll &= (allowed[word] & ~machine[word]) == 0;
        }
        return areAll ? "" : isAny ? online : null;
    }

    /// <summary>Keeps this thread, and the processes that it starts, on those of some CPUs that it may run on.</summary>
    /// <param name="cpus">The CPUs as a list; empty for all.</param>
    public static void RunOn(string cpus)
    {
        if (cpus.Length == 0)
            return;
        Span<ulong> mask = stackalloc ulong[Words];
        Span<ulong> allowed = stackalloc ulong[Words];
        Parse(cpus, mask);
        ReadAllowed(allowed);
        for (var word = 0; word < Words; word++)
            mask[word] &= allowed[word];
        if (Sched.SetAffinity(mask).Failed(out var error))
            throw new CommandException($"cannot run on the CPUs {cpus}: {error.Text()}");
    }

    private static void ReadAllowed(Span<ulong> mask)
    {
        if (Sched.GetAffinity(mask).Failed(out var error))
            throw new CommandException($"cannot read the CPUs of this process: {error.Text()}");
    }

    /// <summary>Sets the bits of the CPUs in a list of a machine.</summary>
    private static void Parse(ReadOnlySpan<char> list, Span<ulong> mask)
    {
        mask.Clear();
        foreach (var part in list.Split(','))
        {
            var range = list[part];
            if (range.IsEmpty)
                continue;
            var dash = range.IndexOf('-');
            var first = int.Parse(dash < 0 ? range : range[..dash], CultureInfo.InvariantCulture);
            var last = dash < 0 ? first : int.Parse(range[(dash + 1)..], CultureInfo.InvariantCulture);
            for (var cpu = first; cpu <= last; cpu++)
                mask[cpu / BitsPerWord] |= 1UL << cpu % BitsPerWord;
        }
    }
}
