namespace HotplugFs.Replay.Experiments;

/// <summary>The reasons why something in the log of an experiment is not compared.</summary>
/// <remarks>tests/recordings/pages/README.md has the same table.</remarks>
public static class NotComparable
{
    /// <summary>The log ends there.</summary>
    public const string Crashed = "the recorded kernel crashed";

    /// <summary>What follows is compared to nothing.</summary>
    public const string LostMemory = "an eject that takes memory away from under the kernel, and all after it";

    /// <summary>A block of boot memory may hold pages of the kernel since boot, and the log does not show where they are.</summary>
    public const string BootBlock = "offline of a boot block: where the kernel's pages are since boot is not in the log";

    /// <summary>Page tables and slab of small programs are in the first block that has room.</summary>
    public const string SmallPages = "offline of a kernel block: a few pages of the kernel that no program of the log asked for keep it busy";

    /// <summary>Seen by chance, or while a program dies.</summary>
    public const string PageOnItsWay = "offline of a Movable block: a page that is on its way just then makes it fail with EBUSY";

    /// <summary>Kernel pages between pages of programs.</summary>
    public const string ChurnedPages = "offline of a kernel block after a churn: which blocks single kernel pages are in is chance";

    /// <summary>Pages of programs of the recorded machine that go with the caches.</summary>
    public const string OtherFile = "a file of the recorded machine that is not simulated";

    /// <summary>How far a migration got depends on the speed of the recorded machine.</summary>
    public const string Progress = "where pages are while they move or after they were interrupted: depends on the speed of the recorded machine";

    /// <summary>What a single page is used for.</summary>
    public const string SinglePage = "retiring a page of a kernel zone: what uses it is not in the log";

    /// <summary>Free pieces of 2 MiB in blocks that the kernel uses.</summary>
    public const string Pieces = "how many free pieces of 2 MiB a busy block gives to a virtio-mem device: depends on where single pages are";

    /// <summary>Up to 5.6 the file looks at the pages.</summary>
    public const string Removable = "removable of a block in a kernel zone: depends on where pages of the kernel are";

    /// <summary>A load that has no room gets an error here.</summary>
    public const string OtherVictim = "the OOM killer made room for a new program; a load gets ENOMEM instead";

    /// <summary>The machine was full.</summary>
    public const string LastPages = "whether a program gets the last pages of the machine: small programs and lists of CPUs have some";

    /// <summary>Until the first online or offline, the figures are older than the last memory that boot gave back.</summary>
    public const string Boot = "figures of boot, which the kernel computes before it gives back its last memory";

    /// <summary>Linux 3.8 counts pages of boot in MemTotal that are in no zone.</summary>
    public const string OldMemTotal = "MemTotal of 3.8, which has pages of boot that are in no zone";

    /// <summary>The kernel raises its marks for a moment where kernel pages get among others.</summary>
    public const string BoostedMarks = "watermarks that fragmentation raised for a moment";

    /// <summary>Pages that programs free lie in the lists of CPUs.</summary>
    public const string Allocations = "free memory while programs begin and end: the lists of single CPUs have some";

    /// <summary>The number of huge pages that could be had.</summary>
    public const string HugePagesToBeHad = "how many huge pages can be had of fewer than asked: depends on where single pages are";

    /// <summary>They are put where the log has them.</summary>
    public const string Pins = "which blocks of a zone a few pinned pages are in: depends on what was freed last";

    /// <summary>The blocks are others.</summary>
    public const string Abandoned = "lines after a virtio-mem device kept a block because of a few kernel pages that are elsewhere here";

    /// <summary>Two programs began at the same time.</summary>
    public const string Race = "a read at the moment when a write begins or ends";

    /// <summary>The OOM killer chooses among programs that the simulation does not have.</summary>
    public const string Unknown = "the program had ended, or its memory was never in the simulation";

    /// <summary>The kinds of lines and commands that are not compared, with the reason of each.</summary>
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new SortedDictionary<string, string>
    {
        ["note"] = "describes the experiment",
        ["append"] = "describes the experiment",
        ["seconds"] = "how long the experiment took",
        ["sample"] = "names a file with complete texts of proc",
        ["klog"] = "the kernel's messages; hotplugfs/log has other words",
        ["console"] = "the kernel's messages; hotplugfs/log has other words",
        ["vmstat"] = "events that were counted since boot",
        ["kpf"] = "the flags of single pages",
        ["numamaps"] = "the addresses of a program; where compares the nodes of its pages",
        ["pfn"] = "the number of a page",
        ["msleep"] = "a pause",
        ["mkdir"] = "a file system of the recorded machine",
        ["mnt"] = "a file system of the recorded machine",
        ["mount"] = "a file system of the recorded machine",
        ["insmod"] = "kernel modules are not simulated",
        ["slurp"] = "a file of proc in the middle of other work",
        ["what"] = "counters of retired pages, which the recordings of retired pages compare",
        ["offline"] = "a summary of the lines before it",
        ["count"] = "a summary of the lines before it",
        ["dimms left"] = "a summary of the lines before it",
        ["events after 12 s"] = "nothing happened",
    };
}
