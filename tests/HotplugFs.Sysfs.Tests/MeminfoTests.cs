namespace HotplugFs.Sysfs.Tests;

/// <summary>The lines of <c>/proc/meminfo</c> and of a node's <c>meminfo</c>, kernel by kernel (docs/kernels.md, "Node statistics").</summary>
public sealed class MeminfoTests
{
    private const string Start = "MemTotal MemFree";
    private const string Lists = "Active Inactive Active(anon) Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked";
    private const string Commit = "CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk";
    private const string Slab = "Slab SReclaimable SUnreclaim";
    private const string HugePages = "HugePages_Total HugePages_Free HugePages_Rsvd HugePages_Surp Hugepagesize";
    private const string Thp = "AnonHugePages ShmemHugePages ShmemPmdMapped";
    private const string Map = "DirectMap4k DirectMap2M";
    private const string Old =
        $"SwapTotal SwapFree Dirty Writeback AnonPages Mapped Shmem {Slab} KernelStack PageTables NFS_Unstable Bounce WritebackTmp";
    private const string New = "SwapTotal SwapFree Zswap Zswapped Dirty Writeback AnonPages Mapped Shmem KReclaimable "
        + $"{Slab} KernelStack PageTables SecPageTables NFS_Unstable Bounce WritebackTmp {Commit} Percpu HardwareCorrupted {Thp} "
        + "FileHugePages FilePmdMapped";

    private static string Names(string meminfo) =>
        string.Join(' ', meminfo.TrimEnd('\n').Split('\n').Select(line => line[..line.IndexOf(':')].Split(' ')[^1]));

    /// <summary>As in /proc/meminfo of the kernels after boot, without programs.</summary>
    [TestCase("3.8", $"{Start} Buffers Cached SwapCached {Lists} {Old} {Commit} HardwareCorrupted {HugePages} {Map}")]
    [TestCase("4.4", $"{Start} MemAvailable Buffers Cached SwapCached {Lists} {Old} {Commit} HardwareCorrupted {HugePages} {Map}")]
    [TestCase("4.9", $"{Start} MemAvailable Buffers Cached SwapCached {Lists} {Old} {Commit} HardwareCorrupted {Thp} {HugePages} {Map}")]
    [TestCase("6.1", $"{Start} MemAvailable Buffers Cached SwapCached {Lists} {New} {HugePages} Hugetlb {Map}")]
    [TestCase("6.12", $"{Start} MemAvailable Buffers Cached SwapCached {Lists} {New} Unaccepted {HugePages} Hugetlb {Map}")]
    public void Machine_Lines_AreThoseOfTheKernel(string kernel, string expected) =>
        Assert.That(Names(new TestTree(kernel: kernel).Read("proc/meminfo")), Is.EqualTo(expected));

    [TestCase("4.9", "Mlocked Dirty Writeback FilePages Mapped AnonPages Shmem KernelStack PageTables NFS_Unstable Bounce WritebackTmp "
        + $"{Slab} {Thp} HugePages_Total HugePages_Free HugePages_Surp")]
    [TestCase("6.12", "Mlocked Dirty Writeback FilePages Mapped AnonPages Shmem KernelStack PageTables SecPageTables NFS_Unstable Bounce "
        + $"WritebackTmp KReclaimable {Slab} {Thp} FileHugePages FilePmdMapped Unaccepted HugePages_Total HugePages_Free HugePages_Surp")]
    public void Node_Lines_AreThoseOfTheKernel(string kernel, string expected) =>
        Assert.That(Names(new TestTree(kernel: kernel).Read("node/node1/meminfo")), Does.EndWith(expected));

    [Test]
    public void HighMem_OfA32BitMachine_IsListed()
    {
        var tree = new TestTree("i386", "3.8");
        var lines = tree.Read("proc/meminfo").Split('\n').ToDictionary(line => line.Split(':')[0], line => line);
        Assert.That(Names(tree.Read("proc/meminfo")), Does.Contain("Mlocked HighTotal HighFree LowTotal LowFree SwapTotal"));
        Assert.That(Names(tree.Read("node/node0/meminfo")), Does.Contain("Mlocked HighTotal HighFree LowTotal LowFree Dirty"));
        Assert.That(lines["HighTotal"], Is.EqualTo("HighTotal:       2232328 kB"));
    }

    [Test]
    public void HugePages_AreCountedInTheKernelsFormat()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write("node/node1/hugepages/hugepages-2048kB/nr_hugepages", "3");
        Assert.That(tree.Read("proc/meminfo"), Does.Contain("HugePages_Total:       3\n").And.Contain("\nHugepagesize:       2048 kB\n")
            .And.Contain("\nHugetlb:            6144 kB\n").And.Contain("\nVmallocTotal:   34359738367 kB\n")
            .And.Contain("\nHardwareCorrupted:     0 kB\n"));
        Assert.That(tree.Read("node/node1/meminfo"), Does.Contain("Node 1 HugePages_Total:     3\nNode 1 HugePages_Free:      3\n"));
    }
}
