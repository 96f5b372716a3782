using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Recordings;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Replay.Recordings;

/// <summary>The build options of a recorded kernel that its operations show. The header need not have them.</summary>
internal sealed class RecordedBuild
{
    private const string Devices = "/sys/devices/system/";
    private const string Memory = Devices + "memory";
    private const string Node = Devices + "node";

    /// <summary>
    /// Link count of a directory without subdirectories. A block can have only one, <c>power</c>; a node has <c>hugepages</c>, too.
    /// </summary>
    private const int LinksWithoutSubdirectory = 2;

    /// <summary>Link count of a node's directory with <c>power</c> and <c>hugepages</c>.</summary>
    private const int LinksOfUsualNode = 4;

    /// <summary>The names in each directory that was listed.</summary>
    private readonly Dictionary<string, HashSet<string>> _listings = [];

    /// <summary>Whether a path was found that a call named.</summary>
    private readonly Dictionary<string, bool> _found = [];

    private readonly List<string> _meminfo = [];
    private readonly List<string> _vmstat = [];
    private readonly MachineDefinition _machine;
    private readonly SortedSet<int> _hugePageSizes = [];
    private string? _crashHotplug;
    private bool? _addsDimms;
    private long? _blockLinks;
    private long? _nodeLinks;
    private long? _cpuListSize;

    /// <summary>Collects what operations show.</summary>
    public RecordedBuild(IEnumerable<RecordedOperation> operations, MachineDefinition machine)
    {
        _machine = machine;
        foreach (var operation in operations)
            Add(operation);
    }

    /// <summary>Returns options as the operations show them; those that they do not show stay as they are.</summary>
    /// <param name="files">What the release has.</param>
    public KernelConfig Complete(KernelConfig config, SysfsProfile files) => config with
    {
        PowerDebug = AnyHas(directory => directory.EndsWith("/power", StringComparison.Ordinal), "runtime_enabled")
            ?? AnyHas(directory => directory.EndsWith("/power", StringComparison.Ordinal), "async") ?? config.PowerDebug,
        CrashHotplug = AnyHas(directory => directory == Memory, "crash_hotplug") is { } hasCrashHotplug
            ? hasCrashHotplug ? _crashHotplug == "1\n" ? 1 : 0 : -1
            : config.CrashHotplug,
        Sgx = AnyHas(IsNode, "x86") ?? (files.HasArchNodeDirectory && _nodeLinks > LinksWithoutSubdirectory
            ? _nodeLinks > LinksOfUsualNode + (files.HasMemoryFailureStatistics && config.MemoryFailure ? 1 : 0)
            : config.Sgx),
        Dimms = _addsDimms ?? config.Dimms,
        HugePageSizes = _hugePageSizes.Count > 0 ? [.. _hugePageSizes] : config.HugePageSizes,
        HiddenStatistics = RecordedStatistics.Hidden(_meminfo, _vmstat, files.Statistics.Value) ?? config.HiddenStatistics,
        PowerManagement = AnyHas(directory => IsBlock(directory) || IsNode(directory) || directory is Memory or Node, "power")
            ?? (_blockLinks is { } blockLinks ? blockLinks > LinksWithoutSubdirectory : config.PowerManagement),
        HugetlbPages = RecordedStatistics.Shows(_meminfo, "HugePages_Total") ?? AnyHas(IsNode, "hugepages")
            ?? (_nodeLinks != LinksWithoutSubdirectory && config.HugetlbPages),
        TransparentHugePages = RecordedStatistics.Shows(_meminfo, "AnonHugePages") ?? config.TransparentHugePages,
        MemoryFailure = AnyHas(directory => directory == Memory, "soft_offline_page") ?? config.MemoryFailure,
        MemoryProbe = AnyHas(directory => directory == Memory, "probe") ?? config.MemoryProbe,
        Modules = AnyHas(directory => directory == "/sys/module/memory_hotplug", "uevent") ?? config.Modules,
        PmErrorInjection = AnyHas(directory => directory == "/sys/kernel/debug/notifier-error-inject", "pm") ?? config.PmErrorInjection,
        ErrorInjection = AnyHas(directory => directory == "/sys/kernel/debug", "notifier-error-inject") ?? config.ErrorInjection,
        CpuListSize = _cpuListSize ?? config.CpuListSize,
    };

    private void Add(RecordedOperation operation)
    {
        switch (operation)
        {
            case PlugOperation plug when _machine.Architecture.Hotplug == HotplugMethod.Dimms:
                AddDimm(plug);
                break;
            case TreeOperation { Tree: var tree } whole:
                tree.ForEach(Add);
                if (tree.Count == 0)
                    _found.TryAdd(Full(whole.Path), false);
                break;
            case ListOperation { Ents: { } names } list:
                AddNames(list.Path, names);
                break;
            case ReadOperation { Data: { } text }:
                _meminfo.Add(text);
                break;
            case FileOperation file:
                _found.TryAdd(Full(file.Path), file.Err != "ENOENT");
                break;
            case SystemCallsOperation { Steps: { ValueKind: JsonValueKind.Array } steps } calls:
                foreach (var (step, result) in steps.EnumerateArray().Zip(calls.Res))
                    if (step is { ValueKind: JsonValueKind.Array } && step.GetArrayLength() > 1)
                        Add(step, result);
                break;
        }
    }

    /// <summary>An entry of a tree is a name in its directory. A tree lists directories whole.</summary>
    private void Add(RecordedEntry entry)
    {
        var slash = entry.Path.LastIndexOf('/');
        if (entry.Type == "d")
            _ = NamesOf(entry.Path);
        NamesOf(entry.Path[..slash]).Add(entry.Path[(slash + 1)..]);
        if (entry.Data is { } text)
            (entry.Path.EndsWith("/vmstat", StringComparison.Ordinal) ? _vmstat : _meminfo).Add(text);
        if (entry.Path == Memory + "/crash_hotplug")
            _crashHotplug = entry.Data;
        AddHugePageSize(entry.Path[(slash + 1)..]);
        if (entry.Path.EndsWith("/cpulist", StringComparison.Ordinal))
            _cpuListSize ??= entry.Size;
    }

    /// <summary>Collects what a call shows. An invalid one is reported where it is repeated.</summary>
    private void Add(JsonElement call, RecordedResult result)
    {
        var name = call[0].ToString();
        // kopen names a slot first.
        var path = Full(call[name == "kopen" && call.GetArrayLength() > 2 ? 2 : 1].ToString());
        if (name is "lsraw" or "ls" && result.Ents is { } names)
            AddNames(path, names);
        if (name is "stat" or "lstat" or "open" or "access" or "kopen")
            _found.TryAdd(path, result.E != "ENOENT");
        if (name is not ("stat" or "lstat") || result.Nlink is not { } links)
            return;
        if (IsBlock(path))
            _blockLinks ??= links;
        else if (IsNode(path))
            _nodeLinks ??= links;
    }

    /// <summary>A kernel that takes DIMMs adds the blocks of each that is aligned; one without the option ignores it.</summary>
    private void AddDimm(PlugOperation plug)
    {
        if (plug.Err is null && plug.Snap?.Blocks is null && !IsAligned(plug))
            return;
        if (plug.Err is null && plug.Snap?.Blocks is not null)
            _addsDimms = true;
        else if (plug.Err is null || plug.Err.StartsWith("memory hotplug is not enabled", StringComparison.Ordinal))
            _addsDimms ??= false;
    }

    /// <summary>False if the place of a DIMM explains that none of its blocks was added, or the firmware was not told of a success.</summary>
    private bool IsAligned(PlugOperation plug) => plug.Ost is [1, 0] && plug.Addr is { } address && address % _machine.BlockSizeBytes == 0
        && plug.Size % _machine.BlockSizeBytes == 0;

    private void AddHugePageSize(string name)
    {
        const string prefix = "hugepages-";
        const string suffix = "kB";
        if (name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan()[prefix.Length..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            _hugePageSizes.Add(size);
    }

    private void AddNames(string directory, List<string> names)
    {
        NamesOf(Full(directory)).UnionWith(names.Select(name => name.TrimEnd('/', '@')));
        names.ForEach(name => AddHugePageSize(name.TrimEnd('/')));
    }

    private HashSet<string> NamesOf(string directory)
    {
        if (!_listings.TryGetValue(directory, out var names))
            _listings.Add(directory, names = []);
        return names;
    }

    private static string Full(string path) => path.StartsWith('/') ? path : Devices + path;

    private static bool IsBlock(string directory) => IsNumbered(directory, Memory + "/memory");

    private static bool IsNode(string directory) => IsNumbered(directory, Node + "/node");

    private static bool IsNumbered(string path, string prefix) =>
        path.Length > prefix.Length && path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..].All(char.IsAsciiDigit);

    /// <returns>Whether one of the directories has a name; null if none of them was listed and no call named it there.</returns>
    private bool? AnyHas(Func<string, bool> isMeant, string name)
    {
        bool?[] observed =
        [
            .. _listings.Where(listing => isMeant(listing.Key)).Select(listing => (bool?)listing.Value.Contains(name)),
            .. _found.Where(path => isMeant(path.Key[..path.Key.LastIndexOf('/')]) && path.Key.EndsWith($"/{name}", StringComparison.Ordinal))
                .Select(path => (bool?)path.Value),
        ];
        return observed.Length == 0 ? null : observed.Contains(true);
    }
}
