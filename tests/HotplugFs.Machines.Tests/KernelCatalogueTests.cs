using HotplugFs.Kernels;

namespace HotplugFs.Machines.Tests;

/// <summary>Which kernel a name selects, and what is said of one that was not recorded.</summary>
public sealed class KernelCatalogueTests
{
    [TestCase("4.9", "4.9")]
    [TestCase("5.4", "5.4")]
    [TestCase("5.4.286", "5.4")]
    [TestCase("5.15.0-91-generic", "5.15")]
    [TestCase("5.15.167.4-microsoft-standard-WSL2", "5.15")]
    [TestCase("newest", "7.2")]
    [TestCase("99.0", "99.0")]
    [TestCase("amzn2", "4.14")]
    [TestCase("debian11", "5.10")]
    [TestCase("debian12", "6.1")]
    [TestCase("debian13", "6.12")]
    [TestCase("rhel8", "4.18")]
    [TestCase("rhel9", "5.14")]
    [TestCase("sles15", "4.12")]
    [TestCase("ubuntu20.04", "5.4")]
    [TestCase("ubuntu22.04", "5.15")]
    [TestCase("ubuntu24.04", "6.8")]
    public void Find_VersionOrDistribution_IsTheKernel(string name, string version) =>
        Assert.That(KernelCatalogue.Find(name)?.Name, Is.EqualTo(version));

    [TestCase("")]
    [TestCase("5")]
    [TestCase("5.")]
    [TestCase(".4")]
    [TestCase("05.4")]
    [TestCase("5.04")]
    [TestCase(" 5.4")]
    [TestCase("5.4\n")]
    [TestCase("5.4-rc1")]
    [TestCase("5.4.x")]
    [TestCase("99999.1")]
    [TestCase("Debian12")]
    public void Find_AnotherText_IsUnknown(string name)
    {
        Assert.That(KernelCatalogue.Find(name), Is.Null);
        Assert.That(KernelCatalogue.Unknown(name), Does.StartWith($"unknown kernel \"{name}\" (known: every version from 3.8 on, newest, amzn2, "));
    }

    [TestCase("3.7")]
    [TestCase("2.6.39")]
    public void Find_VersionBeforeThePatchSet_IsUnknownForThatReason(string name)
    {
        Assert.That(KernelCatalogue.Find(name), Is.Null);
        Assert.That(KernelCatalogue.Unknown(name), Does.StartWith($"unknown kernel \"{name}\"; before 3.8, no zone could be chosen (known: "));
    }

    [TestCase("4.15", "4.15: as 4.14, without smt/control of CPUs; read in its source, not recorded")]
    [TestCase("3.9", "3.9: as 3.8, without blocks that stay after an eject; read in its source, not recorded")]
    [TestCase("5.4", "5.4: as 4.19, with removable always 1, core_cpus of CPUs, dies of CPUs, access classes of nodes and "
        + "huge pages of 1 GiB that move, without unsigned injected errors; read in its source, not recorded")]
    [TestCase("6.17", "6.17: as 6.12, with a has_normal_memory that never changes, *")]
    [TestCase("7.0", "7.0: as 6.18, with EBUSY of hard_offline_page where no memory is, without a has_normal_memory "
        + "that never changes and a file of automatic weights with another name; recorded in part")]
    [TestCase("7.3", "7.3: as 7.2, with the state of the memory of dax devices; recorded in part")]
    [TestCase("8.0", "8.0: as 7.2, with the state of the memory of dax devices; not recorded")]
    [TestCase("ubuntu24.04", "ubuntu24.04: 6.8: as 6.1, with memmap_on_memory for each block, *")]
    [TestCase("rhel8", "rhel8: 4.18: as 4.14; not recorded; the changes that rhel8 has from later versions are not known")]
    [TestCase("rhel10", "rhel10: 6.12; the changes that rhel10 has from later versions are not known")]
    public void Note_VersionThatWasNotRecorded_NamesTheRecordedOneAndTheDifferences(string name, string note) =>
        Assert.That(KernelCatalogue.Get(name).Note, Does.Match($"^{System.Text.RegularExpressions.Regex.Escape(note).Replace("\\*", ".*")}$"));

    [Test]
    public void Note_RecordedKernel_IsNone() => Assert.That(KernelCatalogue.All.Select(kernel => kernel.Note), Is.All.Null);

    [Test]
    public void Kernel_SpansThatShrink_IsInTheStableUpdatesToo() => Assert.That(
        new[] { "4.18", "4.19", "5.0", "5.3", "5.4", "5.5" }.Select(name => KernelCatalogue.Get(name).Rules.Zones.OfflineBlocksKeepZone),
        Is.EqualTo(new[] { true, false, true, true, false, false }));

    /// <summary>Lists are written for each release; a kernel between two recorded ones has lines of both.</summary>
    [Test]
    public void Statistics_VersionBetweenRecordedOnes_AreThoseOfItsRelease() => Assert.That(
        KernelCatalogue.Get("5.4").Files.Statistics.Value.NodeMeminfo,
        Does.Contain("KReclaimable").And.Contain("FileHugePages").And.Not.Contain("SwapCached"));
}
