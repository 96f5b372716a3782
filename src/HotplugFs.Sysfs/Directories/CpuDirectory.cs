using HotplugFs.Engine.Processors;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/devices/system/cpu</c> (drivers/base/cpu.c, topology.c and cacheinfo.c): which CPUs there are, and <c>cpuN</c> with the place of
/// a CPU and its caches (docs/kernels.md, "CPU directories").
/// </summary>
internal sealed class CpuDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents)
{
    /// <summary>The size of <c>cpulist</c> up to which it does not depend on how many CPUs the kernel supports.</summary>
    private const int CpuListPage = 4096;

    private const int CpusOfSmallKernel = 256;

    /// <summary>The <c>cluster_id</c> of CPUs whose clusters the kernel does not know.</summary>
    private const int NoCluster = 65535;

    private const string Topology = "topology";
    private const string Cache = "cache";

    private readonly CpuMasks _masks = new(machine, profile);
    private readonly KernelConfig _config = machine.Config;
    private readonly bool _isX86 = machine.Architecture == Architecture.X86_64 || machine.Architecture == Architecture.I386;
    private readonly PowerDirectory _power = PowerDirectory.OfSingleDirectory(machine.Config.PowerDebug, objects);
    private readonly CpuControlDirectories _controls = new(machine, profile, objects);
    private readonly PowerDirectory _powerOfCpu = new(machine.Config.PowerDebug, objects, objects.Cpus, _ => true);

    /// <summary>The directories that a CPU has only while it is online.</summary>
    public static IReadOnlyList<string> OfOnlineCpus { get; } = [Topology, Cache];

    public DirectoryType Build() => new(() =>
    [
        Ro("kernel_max", (_, text) => text.Append(KernelMax), isConstant: _ => true),
        Ro("offline", (_, text) => KernelText.AppendList(text, machine.Cpus.Possible.Members().Where(cpu => !machine.Cpus.Online.Contains(cpu)))),
        Ro("online", (_, text) => machine.Cpus.Online.AppendTo(text)),
        Ro("possible", (_, text) => machine.Cpus.Possible.AppendTo(text), isConstant: _ => true),
        Ro("present", (_, text) => machine.Cpus.Present.AppendTo(text), isConstant: _ => true),
        .. When(profile.HasIsolatedCpus, Ro("isolated", "")),
        .. When(profile.HasEnabledCpus, Ro("enabled", (_, text) => machine.Cpus.Present.AppendTo(text))),
        uevents.OfDirectory(),
        .. _controls.Build(),
        .. When(_config.PowerManagement, Dir("power", _power.Build())),
        Numbered("cpu", objects.Cpus, BuildCpu()),
    ]);

    private int KernelMax => Math.Max(
        _config.CpuListSize > CpuListPage ? (int)(_config.CpuListSize * 2 / 7) : CpusOfSmallKernel, machine.Cpus.Limit) - 1;

    private DirectoryType BuildCpu() => new(() =>
    [
        Rw("online", ShowOnline, StoreOnline, isVisible: cpu => cpu > 0 || !profile.KeepsFirstCpu),
        uevents.OfDevice(UeventSource.CpuPath, "cpu"),
        Link("subsystem", "../../../../bus/cpu"),
        .. When(_config.PowerManagement, Dir("power", _powerOfCpu.Build())),
        .. _controls.BuildOfCpu(),
        Dir(Topology, BuildTopology(), IsOnline),
        Dir(Cache, BuildCaches(), IsOnline),
        .. When(_config.Numa, Numbered("node", objects.OwnNodeOfCpu, (node, text) => text.Append("../../node/node"u8).Append(node))),
    ]);

    private bool IsOnline(int cpu) => machine.Cpus.Online.Contains(cpu);

    private CpuPlace Place(int cpu) => machine.Cpus.Topology[cpu];

    private DirectoryType BuildTopology() => new(() =>
    [
        Ro("physical_package_id", (cpu, text) => text.Append(Place(cpu).Package.Number)),
        .. When(profile.HasDies, Ro("die_id", (cpu, text) => text.Append(_isX86 ? DieNumber(Place(cpu)) : -1))),
        .. When(profile.HasClusters, Ro("cluster_id", (cpu, text) => text.Append(IsAmd ? NoCluster : Place(Cluster(cpu)[0]).Order))),
        Ro("core_id", (cpu, text) => text.Append(Place(cpu).Core.Number)),
        .. Siblings("thread_siblings", "thread_siblings_list", cpu => Place(cpu).Core.Cpus),
        .. Siblings("core_siblings", "core_siblings_list", cpu => Place(cpu).Package.Cpus),
        .. When(profile.NamesCpusByLevel, Siblings("core_cpus", "core_cpus_list", cpu => Place(cpu).Core.Cpus)),
        .. When(profile.HasClusters, Siblings("cluster_cpus", "cluster_cpus_list", Cluster)),
        .. When(profile.HasDies, Siblings("die_cpus", "die_cpus_list", cpu => _isX86 ? Place(cpu).Die.Cpus : [cpu])),
        .. When(profile.NamesCpusByLevel, Siblings("package_cpus", "package_cpus_list", cpu => Place(cpu).Package.Cpus)),
    ]);

    private Entry[] Siblings(string map, string list, CpusOf cpus) => [_masks.Map(map, cpus), _masks.List(list, cpus)];

    private bool IsAmd => _isX86 && machine.Cpus.Definition.Model.Vendor is "AuthenticAMD" or "HygonGenuine";

    /// <summary>The number of a die, which some kernels count within its package.</summary>
    private int DieNumber(CpuPlace place) => profile.NumbersDiesOfAllPackages || IsAmd
        ? place.Package.Number * (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)place.Package.Parts.Count) + place.Die.Number
        : place.Die.Number;

    /// <summary>The CPUs that share the cache of level 2; on AMD's CPUs those of the core.</summary>
    private IReadOnlyList<int> Cluster(int cpu) =>
        IsAmd ? Place(cpu).Core.Cpus
        : machine.Cpus.Caches.FirstOrDefault(cache => cache.Level == 2) is { } second
        ? machine.Cpus.Topology.Sharers(cpu, second).Cpus
        : Place(cpu).Core.Cpus;

    private DirectoryType BuildCaches() => new(() =>
    [
        .. When(profile.HasCacheDevices, uevents.OfDirectory()),
        .. machine.Cpus.Caches.Select((cache, index) => Dir($"index{index}", BuildCache(cache))),
    ]);

    private DirectoryType BuildCache(CpuCache cache) => new(() =>
    [
        Ro("level", $"{cache.Level}", _ => true),
        Ro("type", $"{cache.Type}", _ => true),
        Ro("coherency_line_size", $"{cache.LineBytes}", _ => true),
        Ro("number_of_sets", $"{cache.Sets}", _ => true),
        .. When(_isX86, Ro("physical_line_partition", "1", _ => true)),
        Ro("ways_of_associativity", $"{cache.Ways}", _ => true),
        Ro("size", $"{cache.SizeKiB}K", _ => true),
        Ro("shared_cpu_map", (cpu, text) => _masks.AppendMap(text, machine.Cpus.Topology.Sharers(cpu, cache).Cpus)),
        Ro("shared_cpu_list", (cpu, text) => _masks.AppendList(text, machine.Cpus.Topology.Sharers(cpu, cache).Cpus)),
        .. When(profile.HasCacheIds, Ro("id", (cpu, text) => text.Append(machine.Cpus.Topology.Sharers(cpu, cache).Id))),
        .. When(profile.HasCacheDevices, uevents.OfDirectory()),
    ]);

    private Result ShowOnline(int cpu, TextBuffer text)
    {
        text.Append(IsOnline(cpu) ? "1\n"u8 : "0\n"u8);
        return Result.Ok;
    }

    /// <summary>
    /// Takes the CPU online or offline. Up to 3.10 only the first character counts, and a CPU that is in that state already is refused
    /// (docs/kernels.md, "CPU directories").
    /// </summary>
    private Result<int> StoreOnline(int cpu, ReadOnlySpan<byte> text)
    {
        bool online;
        if (!profile.RefusesRepeatedCpuRequests)
        {
            if (!machine.ParseBool($"cpu{cpu}: online", text, profile.TruthWords).TryGet(out online, out var problem))
                return problem;
        }
        else
        {
            online = text is [(byte)'1', ..];
            if (text is not [(byte)'0' or (byte)'1', ..])
            {
                machine.LogRefused($"cpu{cpu}: online", text, "it does not begin with 0 or 1");
                return Errno.EINVAL;
            }
            if (IsOnline(cpu) == online)
            {
                machine.LogRefused($"cpu{cpu}: online", text, "the CPU is in that state already",
                    online ? RefusalRule.AlreadyOnline : RefusalRule.AlreadyOffline);
                return Errno.EINVAL;
            }
        }
        return machine.Cpus.SetOnline(cpu, online).Failed(out var error) ? error : text.Length;
    }
}
