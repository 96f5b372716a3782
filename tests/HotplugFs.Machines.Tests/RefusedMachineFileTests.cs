using HotplugFs.Machines.Files;
using static HotplugFs.Machines.Tests.MachineText;

namespace HotplugFs.Machines.Tests;

/// <summary>Messages about invalid machine files: the file, the line, the problem and the correction.</summary>
public sealed class RefusedMachineFileTests
{
    private const string Dimm = "[[dimm]]\nid = \"dimm0\"\nnode = 0\nsize = \"256M\"\naddress = \"5G\"\n";

    /// <summary>The text of a machine file, the line with the error, and parts of the message.</summary>
    private static IEnumerable<TestCaseData> Rows()
    {
        static TestCaseData Row(string name, string text, int line, params string[] parts) =>
            new TestCaseData(text, line, parts).SetArgDisplayNames(name);

        yield return Row("syntax: no value", "block_size =\n", 1, "not TOML", "value");
        yield return Row("syntax: open bracket", With(node: "[[node]\nnumber = 0\n"), 2, "not TOML", "]]");
        yield return Row("syntax: open quote", "block_size = \"128M\n", 1, "not TOML");
        yield return Row("syntax: two on a line", "block_size = \"128M\" kernel = \"4.9\"\n", 1, "not TOML");
        yield return Row("syntax: NUL", With(more: "\0"), 8, "not TOML");
        yield return Row("syntax: number over 64 bits", "block_size = 99999999999999999999\n", 1, "not TOML", "99999999999999999999");
        yield return Row("syntax: deep nesting", "block_size = " + new string('[', 100_000) + "\n", 1, "depth");
        yield return Row("empty file", "", 1, "block_size is missing", "\"128M\"");
        yield return Row(
            "unknown key",
            With(top: Top + "movable_nodes = true\n"),
            2, "unknown key \"movable_nodes\"", "did you mean movable_node?", "block_size, kernel");
        yield return Row(
            "unknown key in a section",
            With(memory: Memory + "kernelpages = true\n"),
            8, "unknown key \"kernelpages\" in [[memory]]", "did you mean kernel_pages?");
        yield return Row("unknown section", With(more: "[[dimms]]\nid = \"a\"\n"), 8, "unknown key \"dimms\"");
        yield return Row("one bracket", With(node: "[node]\nnumber = 0\n"), 2, "[[node]]");
        yield return Row("section as a value", With(top: Top + "node = 1\n"), 2, "[[node]]");
        yield return Row("key twice", With(top: Top + "kernel = \"4.9\"\nkernel = \"4.9\"\n"), 3, "duplicate key \"kernel\"", "line 2");
        yield return Row("wrong type: string", With(top: "block_size = \"128M\"\nkernel = 4.9\n"), 2, "kernel must be a string", "fraction");
        yield return Row("wrong type: flag", With(top: Top + "movable_node = \"yes\"\n"), 2, "movable_node must be true or false", "\"yes\"");
        yield return Row("wrong type: number", With(node: "[[node]]\nnumber = \"0\"\n"), 3, "number must be a number from 0 to 1023");
        yield return Row("wrong type: list item", With(node: Node + "cpus = [0, \"1\"]\n"), 4, "cpus must contain numbers");
        yield return Row("wrong type: table", With(top: Top + "kernel = { version = \"4.9\" }\n"), 2, "kernel must be a string", "a table");
        yield return Row("wrong type: negative size", With(top: "block_size = -134217728\n"), 1, "block_size must be a number of bytes");
        yield return Row("block size not a power of two", With(top: "block_size = \"96M\"\n"), 1, "power of two from 16M to 64G", "96M");
        yield return Row("block size too small", With(top: "block_size = \"8M\"\n"), 1, "16M to 64G");
        yield return Row("block size too large", With(top: "block_size = \"128G\"\n"), 1, "16M to 64G");
        yield return Row("block size 0", With(top: "block_size = 0\n"), 1, "16M to 64G");
        yield return Row(
            "unknown kernel",
            With(top: Top + "kernel = \"4.\"\n"),
            2, "unknown kernel \"4.\" (known: every version from 3.8 on, ");
        yield return Row("dmi text of two lines", With(top: Top + "sys_vendor = \"a\\nb\"\n"), 2, "sys_vendor must be one line");
        yield return Row("access without initiators", With(node: Node + "access0 = { read_latency = 1 }\n"), 4, "access0 needs the nodes", "example");
        yield return Row("access by a node without CPU", With(node: Node + "access0 = { initiators = \"0\" }\n"), 4, "node 0 in access0 has no CPU");
        yield return Row("access by an unknown node", With(node: Node + "access0 = { initiators = 7 }\n"), 4, "unknown node 7 in access0");
        yield return Row(
            "access with an unknown word",
            With(node: Node + "access1 = { read_speed = 1 }\n"),
            4, "unknown word \"read_speed\" in access1", "read_bandwidth");
        yield return Row(
            "access figure",
            With(node: Node + "cpus = \"0\"\naccess0 = { initiators = \"0\", read_latency = \"fast\" }\n"),
            5, "read_latency in access0 must be a number from 0 to", "fast");
        yield return Row("side cache without size", With(node: Node + "side_caches = [{ line_size = 64 }]\n"), 4, "needs a size in bytes");
        yield return Row("side cache as a table", With(node: Node + "side_caches = { size = \"1G\" }\n"), 4, "side_caches must be a list of tables");
        yield return Row("older kernel", With(top: Top + "kernel = \"3.7\"\n"), 2, "unknown kernel \"3.7\"; before 3.8, no zone could be chosen");
        yield return Row("auto online", With(top: Top + "auto_online_blocks = \"yes\"\n"), 2, "kernel 4.9 must be one of online, offline", "\"yes\"");
        yield return Row(
            "architecture",
            With(top: Top + "architecture = \"x86-64\"\n"),
            2, "unknown architecture \"x86-64\"", "did you mean x86_64?");
        yield return Row("zone of x86_64 on i386", With(top: Top + "architecture = \"i386\"\n"), 8, "unknown zone \"DMA32\" of i386", "HighMem");
        yield return Row(
            "Normal too high on i386",
            With(top: Top + "architecture = \"i386\"\n", memory: Memory.Replace("0-1", "7").Replace("DMA32", "Normal")),
            8, "ends at 896M", "\"HighMem\"");
        yield return Row("online policy", With(top: Top + "online_policy = \"auto\"\n"), 2, "contig-zones, auto-movable");
        yield return Row("ratio", With(top: Top + "auto_movable_ratio = -1\n"), 2, "0 to 4294967295");
        yield return Row("no node", With(node: ""), 0, "no node", "[[node]]");
        yield return Row(
            "node without number",
            With(node: "\n# the first\n[[node]]\n\n# its CPU\ncpus = \"0\"\n"),
            4, "number is missing in [[node]]");
        yield return Row("node number too high", With(node: "[[node]]\nnumber = 1024\n"), 3, "0 to 1023");
        yield return Row("node number negative", With(node: "[[node]]\nnumber = -1\n"), 3, "0 to 1023");
        yield return Row("node twice", With(node: Node + Node), 5, "duplicate node 0", "line 2");
        yield return Row("CPU twice", With(node: Node + "cpus = \"0-3\"\n[[node]]\nnumber = 1\ncpus = \"3\"\n"), 7, "CPU 3 is on two nodes");
        yield return Row("CPU too high", With(node: Node + "cpus = \"0-99999999999\"\n"), 4, "out of range");
        yield return Row("CPU range backwards", With(node: Node + "cpus = \"3-0\"\n"), 4, "is reversed", "\"0-3\"");
        yield return Row("CPU word", With(node: Node + "cpus = \"all\"\n"), 4, "\"all\"", "\"0-3,8\"");
        yield return Row("distances: count", With(node: Node + "distances = [10, 20]\n"), 4, "each of the 1 nodes");
        yield return Row("distances: to itself", With(node: Node + "distances = [20]\n"), 4, "to itself must be 10");
        yield return Row("distances: too near", With(node: Node + "distances = [10, 5]\n[[node]]\nnumber = 1\n"), 4, "10 to 255");
        const string cpus = Node + "cpus = \"0-3\"\n[[cpu]]\n";
        yield return Row("cpu: threads", With(node: cpus + "threads = 3\n"), 5, "node 0 has 4 CPUs, which are no cores of 3 threads");
        yield return Row("cpu: packages", With(node: cpus + "packages = 3\n"), 5, "4 cores cannot be divided among 3 packages");
        yield return Row("cpu: cores", With(node: cpus + "cores = 8\n"), 5, "a die has 4 cores, and cores is 8");
        yield return Row("cpu: a list lacks one", With(node: cpus + "dies = [\"0-1\", \"2\"]\n"), 5, "dies lacks CPU 3");
        yield return Row("cpu: a list has one twice", With(node: cpus + "dies = [\"0-1\", \"1-3\"]\n"), 5, "dies has CPU 1 twice");
        yield return Row("cpu: a core on two dies", With(node: cpus + "threads = 2\ndies = [\"0,2\", \"1,3\"]\n"), 5, "CPU 0 is on two of the dies");
        yield return Row("cpu: offline and absent", With(node: cpus + "offline = \"4\"\n"), 6, "CPU 4 is on no node");
        yield return Row("cpu: all offline", With(node: cpus + "offline = \"0-3\"\n"), 6, "one CPU must be online");
        yield return Row("cpu: cache", With(node: cpus + "caches = [\"L1 32K rows=8\"]\n"), 6, "\"rows=8\" is not ways=N", "example: \"L3 16M");
        yield return Row("cpu: ways", With(node: cpus + "caches = [\"L1 32K ways=7\"]\n"), 6, "no multiple of 7 ways of 64 bytes");
        yield return Row("cpu: control character", With(node: cpus + "model_name = \"a\\nb\"\n"), 6, "model_name must be one line of text");
        yield return Row("no memory", With(memory: ""), 0, "no boot memory", "[[memory]]");
        yield return Row("only dimms", With(memory: Dimm), 0, "no boot memory");
        yield return Row("memory without node", With(memory: "[[memory]]\nblocks = \"0\"\nzone = \"DMA32\"\n"), 4, "node is missing in [[memory]]");
        yield return Row("memory on no node", With(memory: Memory.Replace("node = 0", "node = 1")), 5, "unknown node 1", "known: 0");
        yield return Row("memory nowhere", With(memory: "[[memory]]\nnode = 0\nzone = \"DMA32\"\n"), 4, "blocks = \"0-1\"", "address and size");
        yield return Row("memory in two ways", With(memory: Memory + "size = \"1G\"\n"), 6, "either");
        yield return Row("memory without size", With(memory: "[[memory]]\nnode = 0\naddress = 0\nzone = \"DMA32\"\n"), 4, "size is missing");
        yield return Row("no blocks", With(memory: Memory.Replace("0-1", "")), 6, "blocks is empty");
        yield return Row("block too high", With(memory: Memory.Replace("0-1", "0-33554432")), 6, "33554432 in blocks is out of range", "524287");
        yield return Row("block number over 64 bits", With(memory: Memory.Replace("0-1", "99999999999999999999")), 6, "is not a number");
        yield return Row(
            "unaligned address",
            With(memory: "[[memory]]\nnode = 0\naddress = \"0x8100000\"\nsize = \"128M\"\nzone = \"DMA32\"\n"),
            6, "not a multiple of the block size 128M", "nearest are 128M and 256M");
        yield return Row(
            "unaligned size",
            With(memory: "[[memory]]\nnode = 0\naddress = 0\nsize = \"100M\"\nzone = \"DMA32\"\n"),
            7, "size 100M is not a multiple");
        yield return Row("size 0", With(memory: "[[memory]]\nnode = 0\naddress = 0\nsize = 0\nzone = \"DMA32\"\n"), 7, "at least one block");
        yield return Row(
            "beyond physical addresses",
            With(memory: "[[memory]]\nnode = 0\naddress = \"4P\"\nsize = \"1G\"\nzone = \"Normal\"\n"),
            6, "64T");
        yield return Row(
            "size beyond 63 bits",
            With(memory: "[[memory]]\nnode = 0\naddress = 0\nsize = \"9999999999P\"\nzone = \"Normal\"\n"),
            7, "number of bytes");
        yield return Row(
            "sum beyond 63 bits",
            With(memory: "[[memory]]\nnode = 0\naddress = 0x7ffffffff8000000\nsize = 0x7ffffffff8000000\nzone = \"Normal\"\n"),
            6, "64T");
        yield return Row("no zone", With(memory: "[[memory]]\nnode = 0\nblocks = \"0\"\n"), 4, "zone is missing");
        yield return Row(
            "unknown zone",
            With(memory: Memory.Replace("DMA32", "normal")),
            7, "unknown zone \"normal\"", "did you mean Normal?", "DMA, DMA32, Normal, Movable");
        yield return Row("zone of another architecture", With(memory: Memory.Replace("DMA32", "HighMem")), 7, "HighMem");
        yield return Row(
            "DMA32 above 4 GiB",
            With(memory: Memory.Replace("0-1", "31-32")),
            7, "blocks 31-32", "ends at 4G", "\"Movable\", or split it there");
        yield return Row("Normal below 4 GiB", With(memory: Memory.Replace("DMA32", "Normal")), 7, "begins at 4G", "\"DMA32\"");
        yield return Row("DMA above 16 MiB", With(memory: Memory.Replace("DMA32", "DMA")), 7, "ends at 16M");
        yield return Row("two zones without figures", With(memory: Memory.Replace("DMA32", "DMA32 Movable")), 7, "[[zone]]");
        yield return Row(
            "zones out of order",
            With(memory: "[[memory]]\nnode = 0\nblocks = \"34\"\nzone = \"Normal\"\n[[memory]]\nnode = 0\nblocks = \"33\"\nzone = \"Movable\"\n"),
            7, "block 34 of zone Normal is above block 33 of zone Movable (line 8)");
        yield return Row("state", With(memory: Memory + "state = \"off\"\n"), 8, "state must be \"online\" or \"offline\"");
        yield return Row("hole pages", With(memory: Memory + "hole_pages = 32768\n"), 8, "0 to 32767");
        yield return Row("overlapping ranges", With(memory: Memory + Memory.Replace("0-1", "1-3")), 10, "blocks 1-3 and blocks 0-1 (line 4) overlap");
        yield return Row("overlap within one", With(memory: Memory.Replace("0-1", "0-1,1")), 6, "overlap");
        yield return Row(
            "dimm over memory",
            With(more: Dimm.Replace("\"5G\"", "\"128M\"")),
            12, "DIMM dimm0, blocks 1-2 and blocks 0-1 (line 4) overlap");
        yield return Row(
            "dimm over dimm",
            With(more: Dimm + Dimm.Replace("dimm0", "dimm1").Replace("5G", "0x148000000")),
            17, "DIMM dimm1, blocks 41-42 and DIMM dimm0, blocks 40-41 (line 8) overlap");
        yield return Row(
            "dimm at the same place",
            With(more: Dimm + Dimm.Replace("dimm0", "dimm1")),
            17, "and DIMM dimm0, blocks 40-41 (line 8) overlap");
        yield return Row("dimm twice", With(more: Dimm + Dimm.Replace("\"5G\"", "\"6G\"")), 14, "duplicate DIMM dimm0", "line 8");
        yield return Row("dimm without id", With(more: "[[dimm]]\nnode = 0\nsize = \"128M\"\n"), 8, "id is missing in [[dimm]]");
        yield return Row("dimm without size", With(more: "[[dimm]]\nid = \"a\"\nnode = 0\n"), 8, "size is missing in [[dimm]]");
        yield return Row("dimm with a slash", With(more: Dimm.Replace("dimm0", "a/b")), 9, "invalid DIMM name \"a/b\"");
        yield return Row("dimm with a leading dot", With(more: Dimm.Replace("dimm0", "..")), 9, "invalid DIMM name");
        yield return Row("dimm with a newline", With(more: Dimm.Replace("dimm0", "a\\nb")), 9, "invalid DIMM name");
        yield return Row("dimm named like a control file", With(more: Dimm.Replace("dimm0", "plug")), 9, "not plug or unplug");
        yield return Row("dimm without a name", With(more: Dimm.Replace("dimm0", "")), 9, "invalid DIMM name");
        yield return Row("dimm with a long name", With(more: Dimm.Replace("dimm0", new string('x', 65))), 9, "1 to 64");
        yield return Row("dimm unaligned", With(more: Dimm.Replace("5G", "0x140000001")), 12, "not a multiple");
        yield return Row("dimm beyond the end", With(more: Dimm.Replace("256M", "4P")), 12, "64T");
        yield return Row("zone twice", With(more: Zone + Zone), 16, "duplicate", "line 8");
        yield return Row("zone backwards", With(more: Zone.Replace("end_pfn = 65536", "end_pfn = 0")), 12, "end_pfn 0 is below start_pfn 1");
        yield return Row(
            "zone overfull",
            With(more: Zone.Replace("present_pages = 0", "present_pages = 65537")),
            13, "present_pages must be from 0 to 65536");
        yield return Row("dimm in two places", With(more: Part("a", 0, 40) + Part("a", 0, 42)), 17, "are not contiguous", "line 8");
    }

    private const string Zone = "[[zone]]\nnode = 0\nzone = \"DMA32\"\nstart_pfn = 1\nend_pfn = 65536\npresent_pages = 0\n";

    private static string Part(string dimm, int node, int block) =>
        $"[[memory]]\nnode = {node}\nblocks = {block}\nzone = \"Normal\"\ndimm = \"{dimm}\"\n";

    [TestCaseSource(nameof(Rows))]
    public void Parse_InvalidFile_NamesLineAndCorrection(string text, int line, string[] parts)
    {
        var message = Refusal(text);

        Assert.That(message, Does.StartWith(line > 0 ? $"machine.toml:{line}: " : "machine.toml: "));
        foreach (var part in parts)
            Assert.That(message, Does.Contain(part));
        Assert.That(message, Does.Not.Contain("\n"));
    }

    [TestCase(1_000_000)]
    [TestCase(1_025)]
    [CancelAfter(20_000)]
    public void Parse_TooManyNodes_IsRefusedAtTheFirstOneTooMany(int count)
    {
        var nodes = string.Concat(Enumerable.Range(0, count).Select(number => $"[[node]]\nnumber = {number}\n"));

        Assert.That(Refusal(With(node: nodes)), Does.StartWith("machine.toml:2050: too many [[node]]: a machine can have 1024"));
    }

    [Test]
    [CancelAfter(20_000)]
    public void Parse_ManyRanges_TakesNoQuadraticTime()
    {
        var ranges = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"[[memory]]\nnode = 0\nblocks = {32 + 2 * i}\nzone = \"Normal\"\n"));

        Assert.That(Parse(With(memory: ranges)).Definition.Memory, Has.Count.EqualTo(60_000));
    }

    [TestCase("/", "this is a directory")]
    [TestCase("defautl", "did you mean default?")]
    [TestCase("no/such/file.toml", "there is no such file")]
    [TestCase("no-such.jsonl", "there is no such file")]
    [TestCase("", "no preset or file has this name")]
    [TestCase("/dev/zero", "longer than 32 MiB")]
    public void Load_NoMachine_IsRefused(string name, string expected) =>
        Assert.That(
            () => MachineFile.Load(name),
            Throws.TypeOf<MachineFileException>().With.Message.StartsWith($"{name}: ").And.Message.Contains(expected));

    [Test]
    public void Load_NotUtf8_NamesTheLine()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("machine.toml", [(byte)'#', (byte)'\n', 0xff, (byte)'\n']);

        Assert.That(() => MachineFile.Load(path), Throws.TypeOf<MachineFileException>().With.Message.StartsWith($"{path}:2: "));
    }

    [TestCase("{}\n")]
    [TestCase("[1]\n")]
    [TestCase("not json\n")]
    [TestCase("")]
    public void Load_InvalidRecording_IsRefusedInLine1(string text)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("trace.jsonl", text);

        Assert.That(() => MachineFile.Load(path), Throws.TypeOf<MachineFileException>().With.Message.StartsWith($"{path}:1: "));
    }

    [TestCase("start = \"0x10\"\nend = \"0xf\"\n", 11, "end 0xf is below start 0x10; end is the last address")]
    [TestCase("start = \"0x10\"\n", 9, "end is missing")]
    [TestCase("start = \"0x10\"\nend = \"0x1f\"\ntype = \"\"\n", 12, "type must have 1 to 64 printable characters")]
    public void Memmap_ThatIsNoRange_IsRefused(string keys, int line, string message) =>
        MachineText.AssertRefused(MachineText.With(more: "\n[[memmap]]\n" + keys), line, message);

    [Test]
    public void Memmap_OfAnArchitectureWithoutOne_IsRefused() =>
        Assert.That(
            MachineText.Refusal("architecture = \"arm64\"\n" + MachineText.With(more: "[[memmap]]\nstart = \"0x0\"\nend = \"0xf\"\n")),
            Does.Contain("arm64 has no map of the firmware's in sysfs; leave [[memmap]] out"));
}
