namespace HotplugFs.Machines.Dumps;

/// <summary>Which files of a dump describe a machine, wherever in the dump they are.</summary>
public static class DumpPaths
{
    /// <summary>The directory of the memory blocks.</summary>
    public const string Memory = "sys/devices/system/memory";

    /// <summary>The directory of the nodes.</summary>
    public const string Node = "sys/devices/system/node";

    /// <summary>The directory of the CPUs.</summary>
    public const string Cpu = "sys/devices/system/cpu";

    /// <summary>The parameters of module memory_hotplug.</summary>
    public const string Parameters = "sys/module/memory_hotplug/parameters";

    /// <summary>The file with the spans of zones.</summary>
    public const string Zoneinfo = "proc/zoneinfo";

    /// <summary>The output of uname(1).</summary>
    public const string Uname = "uname";

    /// <summary>The files with the kernel's version, the last of which is that of a sosreport.</summary>
    public static readonly string[] Versions = ["proc/version", "sos_commands/kernel/uname_-a", Uname];

    /// <summary>The directory of the memory tiers.</summary>
    internal const string Tiers = "sys/devices/virtual/memory_tiering";

    /// <summary>The directory with the texts of SMBIOS.</summary>
    internal const string Dmi = "sys/devices/virtual/dmi/id";

    /// <summary>The directory with the firmware's map of the memory.</summary>
    internal const string FirmwareMap = "sys/firmware/memmap";

    /// <summary>The directory of the blocks that the hypervisor can give.</summary>
    internal const string Standby = "sys/firmware/memory";

    /// <summary>The boot options.</summary>
    public const string Cmdline = "proc/cmdline";

    /// <summary>The file with the models of the CPUs.</summary>
    internal const string Cpuinfo = "proc/cpuinfo";

    private const string Devices = "sys/devices/";

    private static readonly string[] Roots =
    [
        Memory, Node, Cpu, Parameters, Tiers, Dmi, FirmwareMap, Standby, "sys/bus/pci/devices", "sys/bus/dax/devices", Zoneinfo, Cmdline, Cpuinfo,
        .. Versions,
    ];

    /// <summary>The files of a PCI device that are read.</summary>
    private static readonly string[] PciFiles =
        ["class", "vendor", "device", "subsystem_vendor", "subsystem_device", "revision", "numa_node", "local_cpulist"];

    /// <summary>Returns the path of a useful file below the root of the machine; null for any other file.</summary>
    /// <param name="path">The path in the dump, without a leading slash.</param>
    public static string? Find(string path)
    {
        foreach (var root in Roots)
        {
            var at = path.StartsWith(root, StringComparison.Ordinal) ? 0 : path.IndexOf("/" + root, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var found = path[(path[at] == '/' ? at + 1 : at)..];
            if (found.Length == root.Length || found[root.Length] == '/')
                return found;
        }
        if (DeviceFile(path) is { } file)
            return file;
        // A copy of only the memory folder.
        var memory = path.StartsWith("memory/", StringComparison.Ordinal) ? 0 : path.IndexOf("/memory/", StringComparison.Ordinal);
        return memory >= 0 ? $"{Memory}/{path[(path.IndexOf("memory/", memory, StringComparison.Ordinal) + "memory/".Length)..]}" : null;
    }

    /// <summary>Returns the path of a file of a PCI device or of the dax bus, whose directories can be anywhere in <c>sys/devices</c>.</summary>
    private static string? DeviceFile(string path)
    {
        var at = path.StartsWith(Devices, StringComparison.Ordinal) ? 0 : path.IndexOf("/" + Devices, StringComparison.Ordinal) + 1;
        if (at == 0 && !path.StartsWith(Devices, StringComparison.Ordinal))
            return null;
        var found = path[at..];
        var (directory, name) = (DumpBus.ParentOf(found), DumpBus.NameOf(found));
        var isOfPci = PciFiles.Contains(name) && PciAddress.TryParse(DumpBus.NameOf(directory), out _);
        return isOfPci || found.Contains("/dax", StringComparison.Ordinal) ? found : null;
    }

    /// <summary>Returns the number in a name such as <c>memory40</c>; null if it has another prefix or is no number.</summary>
    internal static int? Number(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan()[prefix.Length..],
            NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= BlockId.MaxNumber
            ? number
            : null;

    /// <summary>Returns the numbers in a list such as <c>0-2,4</c>; null if the text is no such list.</summary>
    /// <param name="text">The list; null for a file that is not there.</param>
    internal static List<int>? Numbers(string? text, int max)
    {
        if (text is null)
            return null;
        List<int> numbers = [];
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || first > last || last > max)
                return null;
            for (var number = first; number <= last; number++)
                numbers.Add(number);
        }
        return numbers;
    }
}
