using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The CPUs of a machine: <c>/sys/devices/system/cpu</c> and <c>/proc/cpuinfo</c> (docs/kernels.md, "CPU directories").</summary>
public sealed class CpuTests
{
    private const string Cpu = "sys/devices/system/cpu";

    /// <summary>Two nodes, whose CPUs firmware numbers core by core, and then the second threads.</summary>
    private const string Text = """
        block_size = "128M"
        [[node]]
        number = 0
        cpus = "0-3,8-11"
        [[node]]
        number = 1
        cpus = "4-7,12-15"
        [[cpu]]
        threads = 2
        dies = 2
        possible = "0-19"
        offline = "15"
        caches = ["L1d 48K ways=12", "L2 2M ways=16 shared=2", "L3 32M ways=16 shared=package"]
        model_name = "Two Sockets"
        [[memory]]
        node = 0
        blocks = "0-3"
        zone = "DMA32"

        """;

    /// <summary>A node with two cores of two threads, for any architecture.</summary>
    private const string OneNode = """
        block_size = "256M"
        [[node]]
        number = 0
        cpus = "0-3"
        [[cpu]]
        threads = 2
        [[memory]]
        node = 0
        blocks = "8-11"
        zone = "Normal"

        """;

    private static TestTree Make(string kernel = "6.12", string text = Text, string architecture = "x86_64")
    {
        var machine = MachineFile.Parse("m.toml", "m", $"kernel = \"{kernel}\"\narchitecture = \"{architecture}\"\n{text}").Definition;
        var found = KernelCatalogue.Get(kernel, machine.Architecture);
        return new TestTree(new Machine(machine, found.Rules), found.Files);
    }

    [TestCase("online", "0-14")]
    [TestCase("offline", "15-19")]
    [TestCase("present", "0-15")]
    [TestCase("possible", "0-19")]
    [TestCase("kernel_max", "8191")]
    [TestCase("cpu5/topology/physical_package_id", "1")]
    [TestCase("cpu1/topology/die_id", "0")]
    [TestCase("cpu5/topology/die_id", "2")]
    [TestCase("cpu6/topology/die_id", "3")]
    [TestCase("cpu8/topology/cluster_id", "0")]
    [TestCase("vulnerabilities/meltdown", "Not affected")]
    [TestCase("smt/active", "1")]
    [TestCase("smt/control", "on")]
    [TestCase("cpuidle/available_governors", "ladder menu ")]
    [TestCase("crash_hotplug", "0")]
    [TestCase("cpu0/crash_notes", "1000")]
    [TestCase("cpu0/crash_notes_size", "368")]
    [TestCase("cpu0/hotplug/target", "236")]
    [TestCase("cpu15/hotplug/state", "0")]
    [TestCase("cpu15/hotplug/fail", "-1")]
    [TestCase("cpu14/topology/core_id", "2")]
    [TestCase("cpu6/topology/thread_siblings_list", "6,14")]
    [TestCase("cpu7/topology/core_cpus_list", "7")]
    [TestCase("cpu7/topology/core_siblings_list", "4-7,12-14")]
    [TestCase("cpu7/topology/die_cpus_list", "6-7,14")]
    [TestCase("cpu4/topology/package_cpus", "070f0")]
    [TestCase("cpu0/topology/cluster_cpus_list", "0-1,8-9")]
    [TestCase("cpu0/cache/index0/shared_cpu_list", "0,8")]
    [TestCase("cpu0/cache/index0/number_of_sets", "64")]
    [TestCase("cpu0/cache/index0/type", "Data")]
    [TestCase("cpu3/cache/index1/shared_cpu_list", "2-3,10-11")]
    [TestCase("cpu3/cache/index1/id", "2")]
    [TestCase("cpu3/cache/index2/size", "32768K")]
    [TestCase("cpu12/cache/index2/id", "1")]
    public void File_ShowsWhereTheCpuIs(string file, string text) => Assert.That(Make().Read($"{Cpu}/{file}"), Is.EqualTo(text + "\n"));

    /// <summary>Observed in QEMU with CPUs of Intel (Haswell) and AMD (EPYC, qemu64).</summary>
    [TestCase("6.1", "GenuineIntel", "0", "4", "4-5,12-13")]
    [TestCase("6.12", "GenuineIntel", "2", "4", "4-5,12-13")]
    [TestCase("6.1", "AuthenticAMD", "2", "65535", "4,12")]
    [TestCase("6.12", "AuthenticAMD", "2", "65535", "4,12")]
    public void DieAndCluster_AreThoseOfTheMakerAndTheKernel(string kernel, string vendor, string die, string cluster, string cpus)
    {
        var tree = Make(kernel, Text.Replace("threads = 2", $"threads = 2\nvendor_id = \"{vendor}\""));
        Assert.That(tree.Read($"{Cpu}/cpu4/topology/die_id"), Is.EqualTo($"{die}\n"));
        Assert.That(tree.Read($"{Cpu}/cpu4/topology/cluster_cpus_list"), Is.EqualTo($"{cpus}\n"));
        var id = int.Parse(tree.Read($"{Cpu}/cpu4/topology/cluster_id"), CultureInfo.InvariantCulture);
        Assert.That(id == 65535, Is.EqualTo(cluster == "65535"));
    }

    /// <summary>As observed in QEMU on 6.1.192 and 6.12.117.</summary>
    [Test]
    public void SmtControl_TakesTheSecondThreadsOffline()
    {
        var tree = Make();
        Assert.That(tree.Write($"{Cpu}/smt/control", "junk").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"{Cpu}/smt/control", "off\n").Value, Is.EqualTo(4));
        Assert.That(tree.Read($"{Cpu}/online"), Is.EqualTo("0-7\n"));
        Assert.That(tree.Read($"{Cpu}/smt/control") + tree.Read($"{Cpu}/smt/active"), Is.EqualTo("off\n0\n"));
        Assert.That(tree.Write($"{Cpu}/cpu8/online", "1").Error, Is.EqualTo(Errno.EPERM));
        Assert.That(tree.LastLogLine, Does.StartWith("cpu8: online refused: smt/control is off"));
        var again = Make(text: MachineFile.Write(RunningMachine.Describe("m", tree.Machine)).Replace("kernel = ", "# "));
        Assert.That(again.Read($"{Cpu}/smt/control") + again.Read($"{Cpu}/online"), Is.EqualTo("off\n0-7\n"));
        Assert.That(tree.Write("hotplugfs/checkpoint", "off").IsOk);
        Assert.That(tree.Write($"{Cpu}/smt/control", "on").IsOk);
        Assert.That(tree.Read($"{Cpu}/online"), Is.EqualTo("0-15\n"), "also what was offline before");
        Assert.That(tree.Write("hotplugfs/restore", "off").IsOk);
        Assert.That(tree.Read($"{Cpu}/smt/control"), Is.EqualTo("off\n"));
        Assert.That(tree.Write($"{Cpu}/smt/control", "forceoff").IsOk);
        Assert.That(tree.Write($"{Cpu}/smt/control", "on").Error, Is.EqualTo(Errno.EPERM));
        Assert.That(tree.Read($"{Cpu}/smt/control"), Is.EqualTo("forceoff\n"));
    }

    [Test]
    public void SmtControl_WhileAnotherOperationWaits_ChangesAllCpusAfterIt()
    {
        var tree = Make();
        Assert.That(tree.Write($"{Cpu}/smt/control", "off").IsOk);
        Assert.That(tree.Write("hotplugfs/faults", "any plug take=3s times=1").IsOk);
        tree.Machine.Caller = new Caller(1);
        Assert.That(tree.Write("hotplugfs/dimms/plug", "id=d node=0 size=1G").Error, Is.EqualTo(Errno.EWAITING));
        tree.Machine.Caller = new Caller(2);
        Assert.That(tree.Write($"{Cpu}/smt/control", "on").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(tree.Read($"{Cpu}/smt/control") + tree.Read($"{Cpu}/online"), Is.EqualTo("off\n0-7\n"));
        tree.Machine.Now += TimeSpan.FromSeconds(3);
        tree.Machine.Caller = new Caller(1) { HasWaited = true };
        Assert.That(tree.Write("hotplugfs/dimms/plug", "id=d node=0 size=1G").IsOk, tree.Log);
        tree.Machine.Caller = new Caller(2) { HasWaited = true };
        Assert.That(tree.Write($"{Cpu}/smt/control", "on").IsOk);
        Assert.That(tree.Read($"{Cpu}/smt/control") + tree.Read($"{Cpu}/online"), Is.EqualTo("on\n0-15\n"));
    }

    [Test]
    public void SmtControl_WithoutThreads_IsNotSupported()
    {
        var tree = Make(text: Text.Replace("threads = 2", "threads = 1").Replace("shared=2", "shared=core"));
        Assert.That(tree.Read($"{Cpu}/smt/control") + tree.Read($"{Cpu}/smt/active"), Is.EqualTo("notsupported\n0\n"));
        Assert.That(tree.Write($"{Cpu}/smt/control", "off").Error, Is.EqualTo(Errno.ENODEV));
    }

    [Test]
    public void Smt_OffAtBoot_LeavesTheFirstThreads() =>
        Assert.That(Make(text: Text.Replace("threads = 2", "threads = 2\nsmt = \"off\"")).Read($"{Cpu}/online"), Is.EqualTo("0-7\n"));

    /// <summary>As observed in QEMU on 6.1.192 and 6.12.117, where CPU 0 has no file online.</summary>
    [Test]
    public void HotplugTarget_TakesACpuOffline()
    {
        var tree = Make("6.1");
        Assert.That(tree.Read($"{Cpu}/cpu0/hotplug/target") + tree.Read($"{Cpu}/cpu0/hotplug/state"), Is.EqualTo("0\n236\n"));
        Assert.That(tree.Write($"{Cpu}/cpu0/hotplug/target", "0").IsOk);
        Assert.That(tree.Read($"{Cpu}/online"), Is.EqualTo("1-14\n"));
        Assert.That(tree.Write($"{Cpu}/cpu0/hotplug/target", "5").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"{Cpu}/cpu0/hotplug/fail", "1").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"{Cpu}/cpu0/hotplug/fail", "-1").IsOk);
        Assert.That(tree.Write($"{Cpu}/cpu0/hotplug/target", "236").IsOk);
        Assert.That(tree.Read($"{Cpu}/cpu0/hotplug/state"), Is.EqualTo("236\n"));
    }

    [Test]
    public void Governor_IsTheOneWritten()
    {
        var tree = Make();
        Assert.That(tree.Write($"{Cpu}/cpuidle/current_governor", "teo").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"{Cpu}/cpuidle/current_governor", "ladder\n").IsOk);
        Assert.That(tree.Read($"{Cpu}/cpuidle/current_governor_ro"), Is.EqualTo("ladder\n"));
    }

    [Test]
    public void Vulnerabilities_AreThoseOfTheFileBesideThoseOfTheKernel()
    {
        var tree = Make(text: Text.Replace(
            "threads = 2", "threads = 2\nvulnerabilities = [\"meltdown: Mitigation: PTI\", \"later: Vulnerable\"]"));
        Assert.That(tree.Read($"{Cpu}/vulnerabilities/meltdown"), Is.EqualTo("Mitigation: PTI\n"));
        Assert.That(tree.Read($"{Cpu}/vulnerabilities/later"), Is.EqualTo("Vulnerable\n"));
        Assert.That(tree.Read($"{Cpu}/vulnerabilities/vmscape"), Is.EqualTo("Not affected\n"));
    }

    [TestCase("4.3", 0, false, false, false)]
    [TestCase("4.4", 9, false, false, false)]
    [TestCase("4.9", 9, true, false, false)]
    [TestCase("4.14", 11, true, false, false)]
    [TestCase("4.15", 3, false, false, false)]
    [TestCase("4.19", 12, true, false, false)]
    [TestCase("5.4", 12, true, false, false)]
    [TestCase("5.8", 9, true, true, false)]
    [TestCase("5.10", 17, true, true, false)]
    [TestCase("6.1", 17, true, true, true)]
    [TestCase("6.12", 17, true, true, true)]
    [TestCase("6.14", 16, true, true, true)]
    [TestCase("6.18", 19, true, true, true)]
    public void Controls_AreThoseOfTheKernel(string kernel, int vulnerabilities, bool smt, bool governors, bool hotplug)
    {
        var tree = Make(kernel);
        Assert.That(
            tree.Exists($"{Cpu}/vulnerabilities") ? tree.List($"{Cpu}/vulnerabilities").Length : 0, Is.EqualTo(vulnerabilities));
        Assert.That(tree.Exists($"{Cpu}/smt"), Is.EqualTo(smt));
        Assert.That(tree.Read($"{Cpu}/cpuidle/current_driver") + tree.Read($"{Cpu}/cpuidle/current_governor_ro"), Is.EqualTo("none\nmenu\n"));
        Assert.That(tree.Exists($"{Cpu}/cpuidle/available_governors"), Is.EqualTo(governors));
        Assert.That(tree.Exists($"{Cpu}/cpuidle/current_governor"), Is.EqualTo(governors));
        Assert.That(tree.Exists($"{Cpu}/cpu0/hotplug"), Is.EqualTo(hotplug));
    }

    [TestCase("5.1", 0)]
    [TestCase("5.2", 6)]
    [TestCase("5.4", 12)]
    [TestCase("5.7", 9)]
    [TestCase("6.12", 17)]
    public void Vulnerabilities_OfArm64_BeginWith52(string kernel, int count)
    {
        var tree = Make(kernel, OneNode, "arm64");
        Assert.That(tree.Exists($"{Cpu}/vulnerabilities") ? tree.List($"{Cpu}/vulnerabilities").Length : 0, Is.EqualTo(count));
    }

    [TestCase("5.1", "arm64", null)]
    [TestCase("5.2", "arm64", "notimplemented\n")]
    [TestCase("6.14", "arm64", "notimplemented\n")]
    [TestCase("6.15", "arm64", "on\n")]
    [TestCase("6.5", "ppc64le", "notimplemented\n")]
    [TestCase("6.6", "ppc64le", "on\n")]
    [TestCase("6.18", "s390x", "notimplemented\n")]
    public void SmtControl_OfOtherArchitectures_IsThereBeforeItIsImplemented(string kernel, string architecture, string? control)
    {
        var tree = Make(kernel, OneNode, architecture);
        Assert.That(tree.Exists($"{Cpu}/smt/control") ? tree.Read($"{Cpu}/smt/control") : null, Is.EqualTo(control));
        if (control == "notimplemented\n")
        {
            Assert.That(tree.Write($"{Cpu}/smt/control", "off").Error, Is.EqualTo(Errno.ENODEV));
            Assert.That(tree.LastLogLine, Does.Contain("smt/control"));
            Assert.That(tree.Read($"{Cpu}/smt/active"), Is.EqualTo("1\n"));
        }
    }

    [TestCase("3.8", true, false, true)]
    [TestCase("3.10", true, true, true)]
    [TestCase("3.11", true, true, false)]
    [TestCase("4.3", true, true, false)]
    [TestCase("4.4", true, true, true)]
    public void OldFiles_AreThoseOfTheKernel(string kernel, bool notes, bool size, bool cpufreq)
    {
        var tree = Make(kernel);
        Assert.That(tree.Exists($"{Cpu}/cpu0/crash_notes"), Is.EqualTo(notes));
        Assert.That(tree.Exists($"{Cpu}/cpu0/crash_notes_size"), Is.EqualTo(size));
        Assert.That(tree.Exists($"{Cpu}/cpufreq"), Is.EqualTo(cpufreq));
    }

    [TestCase("6.5", null)]
    [TestCase("6.6", 0x100u)]
    [TestCase("6.12", 0x124u)]
    public void CrashHotplug_IsForAllLater(string kernel, uint? mode)
    {
        var tree = Make(kernel);
        uint? shown = tree.Exists($"{Cpu}/crash_hotplug") ? tree.Mode($"{Cpu}/crash_hotplug") & 0x1ff : null;
        Assert.That(shown, Is.EqualTo(mode));
    }

    [Test]
    public void Cpu_IsLinkedWithItsNodeBothWays()
    {
        var tree = Make();
        Assert.That(tree.ReadLink($"{Cpu}/cpu13/node1"), Is.EqualTo("../../node/node1"));
        Assert.That(tree.Exists($"{Cpu}/cpu13/node0"), Is.False);
        Assert.That(tree.ReadLink("node/node1/cpu13"), Is.EqualTo("../../cpu/cpu13"));
        Assert.That(tree.Exists($"{Cpu}/cpu16"), Is.False, "possible and not present");
        Assert.That(tree.List("sys/bus/cpu/devices"), Has.Length.EqualTo(16));
    }

    [Test]
    public void Online_Written_ChangesAllThatShowsCpus()
    {
        var tree = Make();
        var sent = new List<string>();
        tree.MachineTree.Uevents.Sent += message => sent.Add($"{message.Action}@{message.DevPath} {message.Subsystem}");
        Assert.That(tree.Write($"{Cpu}/cpu14/online", "0").IsOk);
        Assert.That(tree.Write($"{Cpu}/cpu14/online", "0").IsOk, "nothing to do");
        Assert.That(tree.Write($"{Cpu}/cpu15/online", "y").IsOk);
        Assert.That(tree.Read($"{Cpu}/online"), Is.EqualTo("0-13,15\n"));
        Assert.That(tree.Read($"{Cpu}/cpu14/online"), Is.EqualTo("0\n"));
        Assert.That(tree.Read("node/node1/cpulist"), Is.EqualTo("4-7,12-13,15\n"));
        Assert.That(tree.Read("node/node1/cpumap"), Is.EqualTo("0b0f0\n"));
        Assert.That(tree.Exists($"{Cpu}/cpu14/topology"), Is.False);
        Assert.That(tree.Exists($"{Cpu}/cpu15/cache/index2"));
        Assert.That(tree.Read($"{Cpu}/cpu6/topology/core_cpus_list"), Is.EqualTo("6\n"));
        Assert.That(tree.Read("proc/cpuinfo").Split('\n').Count(line => line.StartsWith("processor", StringComparison.Ordinal)), Is.EqualTo(15));
        Assert.That(sent, Is.EqualTo(new[] { "offline@/devices/system/cpu/cpu14 cpu", "online@/devices/system/cpu/cpu15 cpu" }));
    }

    [Test]
    public void Online_OfTheLastCpusOfANode_ChangesHasCpuAndNotTheNode()
    {
        var tree = Make();
        foreach (var cpu in new[] { 4, 5, 6, 7, 12, 13, 14 })
            Assert.That(tree.Write($"{Cpu}/cpu{cpu}/online", "0").IsOk);
        Assert.That(tree.Read("node/has_cpu"), Is.EqualTo("0\n"));
        Assert.That(tree.Read("node/node1/cpulist"), Is.EqualTo("\n"));
        Assert.That(tree.Write($"{Cpu}/cpu4/online", "1").IsOk);
        Assert.That(tree.Read("node/has_cpu"), Is.EqualTo("0-1\n"));
    }

    [Test]
    public void Online_OfTheLastCpu_IsBusyWhereCpu0CanGoOffline()
    {
        var tree = Make(architecture: "arm64", text: Text.Replace("DMA32", "DMA"));
        for (var cpu = 14; cpu > 0; cpu--)
            Assert.That(tree.Write($"{Cpu}/cpu{cpu}/online", "0").IsOk);
        Assert.That(tree.Write($"{Cpu}/cpu0/online", "0").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.LastLogLine, Does.Contain("cpu0: offline").And.Contain("last CPU"));
        Assert.That(Make().Exists($"{Cpu}/cpu0/online"), Is.False, "x86 keeps CPU 0");
    }

    [TestCase("3.8", "EINVAL", "EINVAL", "2")]
    [TestCase("6.12", "2", "2", "2")]
    public void Online_WithTheStateOrAnotherWord(string kernel, string same, string word, string prefix)
    {
        string Write(string text) => Make(kernel).Write($"{Cpu}/cpu1/online", text) is var result && result.TryGet(out var count, out var error)
            ? $"{count}"
            : error.Name();
        Assert.That((Write("1\n"), Write("n\n"), Write("0x")), Is.EqualTo((same, word, prefix)));
    }

    [TestCase("3.8", false, false, false, false)]
    [TestCase("4.9", false, false, true, false)]
    [TestCase("5.10", true, false, true, false)]
    [TestCase("6.1", true, true, true, false)]
    [TestCase("6.12", true, true, true, true)]
    public void Files_AreThoseOfTheKernel(string kernel, bool dies, bool clusters, bool isolated, bool enabled)
    {
        var tree = Make(kernel);
        Assert.That(tree.Exists($"{Cpu}/cpu0/topology/die_id"), Is.EqualTo(dies));
        Assert.That(tree.Exists($"{Cpu}/cpu0/topology/core_cpus"), Is.EqualTo(dies));
        Assert.That(tree.Exists($"{Cpu}/cpu0/topology/cluster_id"), Is.EqualTo(clusters));
        Assert.That(tree.Exists($"{Cpu}/isolated"), Is.EqualTo(isolated));
        Assert.That(tree.Exists($"{Cpu}/enabled"), Is.EqualTo(enabled));
    }

    [Test]
    public void Cpuinfo_HasTheLinesOfTheArchitecture()
    {
        var x86 = Make().Read("proc/cpuinfo");
        Assert.That(x86, Does.Contain("model name\t: Two Sockets\n").And.Contain("siblings\t: 7\n").And.Contain("cpu cores\t: 4\n"));
        Assert.That(x86, Does.Contain("cache size\t: 32768 KB\n"));
        Assert.That(Make(text: Text.Replace("model_name", "vendor_id = \"AuthenticAMD\"\nmodel_name")).Read("proc/cpuinfo"),
            Does.Contain("cache size\t: 2048 KB\n"));
        Assert.That(Make(architecture: "arm64", text: Text.Replace("DMA32", "DMA")).Read("proc/cpuinfo"), Does.Contain("CPU implementer\t: 0x41\n"));
    }

    [Test]
    public void Restore_BringsCpusBack()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write("hotplugfs/checkpoint", "a");
        Assert.That(tree.Write($"{Cpu}/cpu1/online", "0").IsOk);
        Assert.That(tree.Read("node/has_cpu"), Is.EqualTo("0\n"));
        tree.Write("hotplugfs/restore", "a");
        Assert.That(tree.Read($"{Cpu}/online"), Is.EqualTo("0-1\n"));
        Assert.That(tree.Read("node/has_cpu"), Is.EqualTo("0-1\n"));
        Assert.That(tree.Exists($"{Cpu}/cpu1/topology"));
    }
}
