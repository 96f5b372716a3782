using HotplugFs.Engine.Processors;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/proc/cpuinfo</c>: the CPUs that are online, in the format of the architecture (docs/kernels.md, "cpuinfo").</summary>
internal sealed class CpuinfoFile(Machine machine, SysfsProfile profile)
{
    private const int GiBOfHugePage = 1 << 20;
    private const int UsualMHz = 2000;
    private const string Vendor = "GenuineIntel";
    private const string Name = "HotplugFs Virtual CPU";

    private const string FlagsOfX86 = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht";
    private const string FlagsOfX86_64 = " syscall nx{0} lm constant_tsc rep_good nopl xtopology cpuid pni cx16 hypervisor lahf_lm";

    /// <summary>Appends a paragraph for each CPU that is online.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        var model = machine.Cpus.Definition.Model;
        switch (machine.Architecture.Name)
        {
            case "x86_64" or "i386":
                foreach (var cpu in machine.Cpus.Online.Members())
                    AppendX86(text, cpu, model);
                break;
            case "arm64":
                foreach (var cpu in machine.Cpus.Online.Members())
                    text.Append($"processor\t: {cpu}\nBogoMIPS\t: 100.00\nFeatures\t: {model.Flags ?? "fp asimd evtstrm cpuid"}\n"
                        + $"CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x{model.Family ?? 0:x}\n"
                        + $"CPU part\t: 0x{model.Number ?? 0xd08:x3}\nCPU revision\t: {model.Stepping ?? 3}\n\n");
                break;
            case "ppc64le":
                foreach (var cpu in machine.Cpus.Online.Members())
                    text.Append($"processor\t: {cpu}\ncpu\t\t: {model.Name ?? "POWER9 (architected), altivec supported"}\n"
                        + $"clock\t\t: {model.MHz ?? UsualMHz}.000000MHz\nrevision\t: 2.0 (pvr 004e 1200)\n\n");
                text.Append("timebase\t: 512000000\nplatform\t: pSeries\nmodel\t\t: IBM pSeries (emulated by qemu)\n"
                    + "machine\t\t: CHRP IBM pSeries (emulated by qemu)\nMMU\t\t: Radix\n");
                break;
            case "s390x":
                AppendS390(text, model);
                break;
            default:
                foreach (var cpu in machine.Cpus.Online.Members())
                    text.Append($"processor\t: {cpu}\nhart\t\t: {cpu}\nisa\t\t: {model.Flags ?? "rv64imafdc"}\nmmu\t\t: sv48\n\n");
                break;
        }
        return Result.Ok;
    }

    private void AppendX86(TextBuffer text, int cpu, CpuModel model)
    {
        var place = machine.Cpus.Topology[cpu];
        var is64 = machine.Architecture == Architecture.X86_64;
        var mhz = model.MHz ?? UsualMHz;
        // Intel's kernel code takes the last level, AMD's the second.
        var size = machine.Cpus.Caches.LastOrDefault(cache => cache.Level == 2 || model.Vendor is null or Vendor)?.SizeKiB ?? 0;
        text.Append($"processor\t: {cpu}\nvendor_id\t: {model.Vendor ?? Vendor}\ncpu family\t: {model.Family ?? 6}\n"
            + $"model\t\t: {model.Number ?? 15}\nmodel name\t: {model.Name ?? Name}\nstepping\t: {model.Stepping ?? 1}\n"
            + $"microcode\t: 0x1\ncpu MHz\t\t: {mhz}.000\ncache size\t: {size} KB\n");
        text.Append($"physical id\t: {place.Package.Number}\nsiblings\t: {OnlineOf(place.Package.Cpus)}\ncore id\t\t: {place.Core.Number}\n"
            + $"cpu cores\t: {CoresOf(place.Package)}\napicid\t\t: {place.Order}\ninitial apicid\t: {place.Order}\n");
        if (!is64)
            text.Append("fdiv_bug\t: no\nf00f_bug\t: no\ncoma_bug\t: no\n");
        text.Append($"fpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: 13\nwp\t\t: yes\nflags\t\t: {model.Flags ?? Flags(is64)}\n");
        if (profile.ListsCpuBugs)
            text.Append("bugs\t\t:\n");
        text.Append($"bogomips\t: {mhz * 2}.00\nclflush size\t: 64\ncache_alignment\t: 64\n"
            + $"address sizes\t: {(is64 ? "46 bits physical, 48" : "36 bits physical, 32")} bits virtual\npower management:\n\n");
    }

    private string Flags(bool is64) => FlagsOfX86
        + (is64 ? string.Format(CultureInfo.InvariantCulture, FlagsOfX86_64, HasHugePagesOf1GiB ? " pdpe1gb rdtscp" : " rdtscp") : " hypervisor");

    private bool HasHugePagesOf1GiB => machine.Config.HugePageSizes.Contains(GiBOfHugePage);

    private int OnlineOf(IReadOnlyList<int> cpus) => cpus.Count(machine.Cpus.Online.Contains);

    private int CoresOf(CpuGroup package) =>
        package.Parts.Sum(die => die.Parts.Count(core => core.Cpus.Any(machine.Cpus.Online.Contains)));

    private void AppendS390(TextBuffer text, CpuModel model)
    {
        text.Append($"vendor_id       : IBM/S390\n# processors    : {machine.Cpus.Online.Count}\nbogomips per cpu: 3241.00\n"
            + $"max thread id   : {machine.Cpus.Definition.Threads - 1}\n"
            + $"features\t: {model.Flags ?? "esan3 zarch stfle msa ldisp eimm dfp edat etf3eh highgprs te sie"} \n");
        foreach (var cpu in machine.Cpus.Online.Members())
            text.Append($"processor {cpu}: version = 00,  identification = {cpu:X6},  machine = {model.Number ?? 0x8561:X4}\n");
        text.Append('\n');
    }
}
