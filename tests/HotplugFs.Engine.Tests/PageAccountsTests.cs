using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs;

namespace HotplugFs.Engine.Tests;

/// <summary>
/// After every operation the accounts of pages add up: the sum over the pageblocks is that of the blocks, the zones, the nodes and meminfo.
/// A parameter sets the number of operations for each machine, another repeats a seed that failed:
/// <c>dotnet test ... -- 'TestRunParameters.Parameter(name="operations", value="100000")'</c>, <c>name="seed"</c>.
/// </summary>
public sealed class PageAccountsTests
{
    /// <summary>Operations after which another machine is booted, because this one may be where nothing changes any more.</summary>
    private const int OperationsPerBoot = 500;

    private static readonly (string Line, Func<Zone, long> Pages)[] Lines =
    [
        ("MemTotal", zone => zone.ManagedPages),
        ("MemFree", zone => zone.FreePages),
        ("AnonPages", zone => zone.Usage[PageKind.Anon] + zone.Usage[PageKind.Mlocked] + zone.Usage[PageKind.Pinned] + zone.Usage[PageKind.Thp]),
        ("Shmem", zone => zone.Usage[PageKind.Shmem]),
        ("Mlocked", zone => zone.Usage[PageKind.Mlocked]),
        ("SUnreclaim", zone => zone.Usage[PageKind.Kernel] - zone.Usage.Descriptors),
    ];

    private static IEnumerable<TestCaseData> Machines =>
        from kernel in KernelCatalogue.All
        from architecture in Architecture.All
        from pageSize in architecture.PageSizes
        where IsTested(kernel, architecture, pageSize.Bytes)
        let name = pageSize.Bytes == PageSize.Usual ? architecture.Name : $"{architecture.Name} {pageSize.Bytes >> 10}K"
        select new TestCaseData(KernelCatalogue.Get(kernel.Name, architecture), architecture, pageSize.Bytes).SetArgDisplayNames(kernel.Name, name);

    /// <summary>True for the usual machine of each kernel, HighMem of the old ones, and other orders of pageblocks in some.</summary>
    private static bool IsTested(Kernel kernel, Architecture architecture, int pageSize) => architecture.Name switch
    {
        "x86_64" => true,
        "i386" => kernel.Name is "3.8" or "4.4",
        "arm64" => pageSize != PageSize.Usual && kernel.Name is "4.14" or "5.10" or "6.1" or "7.2",
        "ppc64le" => kernel.Name is "4.19" or "6.12",
        _ => false,
    };

    [TestCaseSource(nameof(Machines))]
    public void AfterRandomOperations_TheAccountsAddUp(Kernel kernel, Architecture architecture, int pageSize)
    {
        var seed = TestContext.Parameters.Get("seed", TestContext.CurrentContext.Random.Next());
        var operations = TestContext.Parameters.Get("operations", 1500);
        TestContext.Out.WriteLine($"seed {seed}, {operations} operations");
        var succeeded = 0;
        for (var done = 0; done < operations; done += OperationsPerBoot, seed++)
            succeeded += RunOne(kernel, architecture, pageSize, seed, Math.Min(OperationsPerBoot, operations - done));
        TestContext.Out.WriteLine($"{succeeded} succeeded");
        Assert.That(succeeded, Is.GreaterThan(operations / 4), "too many operations fail to test much");
    }

    /// <summary>Here huge pages that another node's pool has on a node are split.</summary>
    [Test]
    public void SplitHugePages_OfAnotherNodesPool_AddUp() =>
        Assert.That(RunOne(KernelCatalogue.Get("7.2"), Architecture.X86_64, PageSize.Usual, seed: 1642284115, count: 340), Is.Positive);

    private static int RunOne(Kernel kernel, Architecture architecture, int pageSize, int seed, int count)
    {
        var machine = PageTestMachines.Boot(kernel, architecture, pageSize, (MemmapOnMemory)(seed & 1));
        var files = new MachineTree(machine, kernel.Files).Tree;
        var operations = new RandomPageOperations(machine, kernel, seed);
        for (var i = 0; i < count; i++)
        {
            try
            {
                operations.Do();
                Invariants.Check(machine, mayGoOffline: true);
                CheckFiles(machine, files);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, operation {i} ({operations.Last}): {error.Message}", error);
            }
        }
        return operations.Succeeded;
    }

    private static void CheckFiles(Machine machine, KernfsTree files)
    {
        var pageKiB = machine.PageSizeBytes >> 10;
        CheckMeminfo(Read(files, "proc/meminfo"), "", [.. machine.PossibleNodes.SelectMany(node => node.Zones)], pageKiB);
        foreach (var node in machine.PossibleNodes.Where(node => node.Online))
            CheckMeminfo(Read(files, $"sys/devices/system/node/node{node.Number}/meminfo"), $"Node {node.Number} ", node.Zones, pageKiB);
    }

    private static void CheckMeminfo(string text, string prefix, IReadOnlyList<Zone> zones, int pageKiB)
    {
        foreach (var (name, pages) in Lines)
        {
            var expected = $"{prefix}{name}:{new string(' ', 15 - name.Length)}";
            var start = text.IndexOf(expected, StringComparison.Ordinal) + expected.Length;
            var shown = long.Parse(text[start..text.IndexOf(" kB", start, StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            if (shown != zones.Sum(pages) * pageKiB)
                Assert.Fail($"{prefix}{name} is {shown} kB, but its zones have {zones.Sum(pages)} pages");
        }
    }

    private static string Read(KernfsTree files, string path)
    {
        var file = files.Open(files.Find(path).Value, OpenFlags.ReadOnly).Value;
        var buffer = new byte[8192];
        var count = file.Read(0, buffer).Value;
        files.OpenFiles.Release(file);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
