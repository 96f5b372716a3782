using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Repeats what was done on Debian's kernels 6.1, 6.12, 7.2 and 7.3 in QEMU with a soft-reserved range of 256 MiB (<c>tests/dax</c>): writes
/// and their results, texts, links, uevents, and which files there are.
/// </summary>
public sealed class DaxRecordingTests
{
    /// <summary>The recorded machine: 1 GiB on node 0, and on node 1 the range and two blocks.</summary>
    internal const string Machine = """
        block_size = "128M"

        [[node]]
        number = 0
        cpus = "0-1"

        [[node]]
        number = 1

        [[memory]]
        node = 0
        blocks = "0-7"
        zone = "DMA32"

        [[memory]]
        node = 1
        blocks = "10-11"
        zone = "DMA32"

        [[dax]]
        node = 1
        address = "1G"
        size = "256M"
        """;

    private static readonly string[] Regions = ["/sys/devices/platform/hmem.0", "/sys/devices/platform/hmem_platform.0/hmem.0"];

    private static readonly Dictionary<string, Errno> Errors = new()
    {
        ["Device or resource busy"] = Errno.EBUSY,
        ["No such device"] = Errno.ENODEV,
        ["No such device or address"] = Errno.ENXIO,
        ["Invalid argument"] = Errno.EINVAL,
        ["Numerical result out of range"] = Errno.ERANGE,
        ["No space left on device"] = Errno.ENOSPC,
        ["Cannot allocate memory"] = Errno.ENOMEM,
        ["Operation not supported"] = Errno.EOPNOTSUPP,
    };

    [TestCase("6.1", "drivers")]
    [TestCase("6.1", "regions")]
    [TestCase("6.12", "drivers")]
    [TestCase("6.12", "regions")]
    [TestCase("7.2", "drivers")]
    [TestCase("7.2", "regions")]
    [TestCase("7.3", "drivers")]
    [TestCase("7.3", "regions")]
    [TestCase("7.3", "state")]
    public void RecordedKernel_AndSimulatedKernel_DoTheSame(string kernel, string part)
    {
        var found = KernelCatalogue.Get(kernel);
        var tree = new TestTree(
            new Engine.Machine(MachineFile.Parse("dax.toml", "dax", $"kernel = \"{kernel}\"\n{Machine}").Definition, found.Rules), found.Files);
        var (expected, events, differences) = (new List<string>(), new List<string>(), new List<string>());
        var section = "";
        tree.MachineTree.Uevents.Sent += message =>
            events.Add(string.Join(
                ' ', [$"ACTION={message.Action}", $"DEVPATH={message.DevPath}", $"SUBSYSTEM={message.Subsystem}", .. message.Extra]));
        var lines = Repository.Read($"tests/dax/{kernel}-{part}.txt").TrimEnd('\n').Split('\n');
        CompareNames(tree, lines, differences);
        foreach (var (line, number) in lines.Append("# end").Select((line, index) => (line, index + 1)))
        {
            if (line[0] == 'U')
                expected.Add(line[2..]);
            else if (line[0] == '#')
            {
                // Those of the first section were not recorded.
                if (section != "# tree" && !events.SequenceEqual(expected))
                    differences.Add($"{section}: uevents\n  {string.Join("\n  ", events)}\nand not\n  {string.Join("\n  ", expected)}");
                (section, _) = (line, tree.Log);
                events.Clear();
                expected.Clear();
            }
            else if (Repeat(tree, line) is { } other)
                differences.Add($"line {number}: {line}: {other}");
        }
        Assert.That(string.Join('\n', differences), Is.Empty);
    }

    /// <summary>Compares which files and links the directories have at the beginning; <c>power/</c> was not recorded.</summary>
    private static void CompareNames(TestTree tree, string[] lines, List<string> differences)
    {
        var recorded = lines.TakeWhile(line => line[0] != 'R').Where(line => line[0] is 'F' or 'L').Select(line => line.Split(' ')[1].TrimEnd(':'));
        string[] directories = ["/sys/bus/dax", .. Regions.Where(region => tree.Exists(region[1..]))];
        string[] simulated = [.. directories.SelectMany(directory => Below(tree, directory))];
        string[] names = [.. recorded];
        foreach (var name in simulated.Except(names))
            differences.Add($"{name} is not in the recording");
        foreach (var name in names.Except(simulated))
            differences.Add($"{name} is missing");
    }

    private static IEnumerable<string> Below(TestTree tree, string directory) => tree.List(directory[1..]).SelectMany(name =>
        name == "power" ? [] : (tree.Mode($"{directory[1..]}/{name}") & ModeBits.TypeMask) == ModeBits.Directory
            ? Below(tree, $"{directory}/{name}")
            : [$"{directory}/{name}"]);

    /// <summary>Repeats a line; returns what is otherwise, or null.</summary>
    private static string? Repeat(TestTree tree, string line)
    {
        var text = line[2..];
        var colon = text.LastIndexOf(": ", StringComparison.Ordinal);
        switch (line[0])
        {
            case 'F':
                var (file, mode) = (text.Split(' ')[0], Convert.ToUInt32(text.Split(' ')[1], 8));
                return (tree.Mode(file[1..]) & ModeBits.PermissionMask) is var other && other == mode ? null : Convert.ToString(other, 8);
            case 'L':
                var link = text[..colon];
                var target = tree.Exists(link[1..]) ? tree.ReadLink(link[1..]) : "-";
                return target == text[(colon + 2)..] ? null : target;
            case 'R':
                colon = text.IndexOf(": ", StringComparison.Ordinal);
                var (path, wanted) = colon < 0
                    ? (text.TrimEnd(':'), "")
                    : (text[..colon], text[(colon + 2)..].Replace("\\n", "\n", StringComparison.Ordinal));
                if (wanted.StartsWith("open ", StringComparison.Ordinal))
                    return tree.Exists(path[1..]) == wanted.EndsWith("denied", StringComparison.Ordinal) ? null : "exists or not";
                var read = tree.Exists(path[1..]) ? tree.Read(path[1..]).TrimEnd('\n') : "does not exist";
                return read == wanted ? null : read;
            case 'W':
                var quote = text.IndexOf(" '", StringComparison.Ordinal);
                if (quote < 0)
                    return tree.Exists(text[1..colon]) ? "exists" : null;
                return Write(tree, text[..quote], text[(quote + 2)..(colon - 1)], text[(colon + 2)..]);
            default:
                throw new FormatException(line);
        }
    }

    private static string? Write(TestTree tree, string file, string text, string wanted)
    {
        const string link = "/driver/";
        if (file.IndexOf(link, StringComparison.Ordinal) is >= 0 and var at)
            file = $"/sys/bus/dax/drivers/{tree.ReadLink($"{file[1..at]}/driver").Split('/')[^1]}/{file[(at + link.Length)..]}";
        if (!tree.Exists(file[1..]))
            return "does not exist";
        var written = tree.Write(file[1..], text.Replace("\\n", "\n", StringComparison.Ordinal));
        var result = written.TryGet(out _, out var error) ? "ok" : error.Name();
        return result == (wanted == "ok" ? wanted : Errors[wanted].Name()) ? null : $"{result} ({tree.LastLogLine})";
    }
}
