using System.Text.RegularExpressions;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The machine of the experiments, with the commands of the scripts in Facts.</summary>
internal sealed class FactMachine
{
    private const string Ok = "ok";
    private const string Waits = "waits";
    private static readonly string[] Marked = ["proc/meminfo", "proc/vmstat", "node/node0/meminfo", "node/node1/meminfo"];

    private readonly string _kernel;
    private TestTree _tree;
    private readonly Dictionary<string, string> _marked = [];

    /// <summary>The write that waits: its file, its text and its caller.</summary>
    private (string Path, string Text, Caller Caller)? _waiting;
    private ulong _callers;

    public FactMachine(string kernel) => (_kernel, _tree) = (kernel, new RecordedFigures(kernel).Simulate());

    public string Log => _tree.Log;

    private Machine Machine => _tree.Machine;

    /// <summary>
    /// Runs a command and returns its result: <c>ok</c>, <c>waits</c>, the name of an errno, or the text of a file in one line.
    /// </summary>
    public string Run(string command) => command.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["echo", var text, ">", var path] => Echo(path, text),
        ["cat", var path] => Cat(path),
        ["again"] => Again(isInterrupted: false),
        ["signal"] => Again(isInterrupted: true),
        ["time", var seconds] => Pass(double.Parse(seconds, CultureInfo.InvariantCulture)),
        ["load", var id, var kind, var size, var node] => Load(id, kind, size, node, "prefer"),
        ["load", var id, var kind, var size, var node, var policy] => Load(id, kind, size, node, policy),
        ["loads"] => string.Join(' ', Machine.Loads.Select(load => load.Id)),
        ["stop", var id] => Write("hotplugfs/load/stop", id),
        ["nodes", var id] => Join(Machine.Loads.Find(id)!.PagesByNode.Select(pages => $"{pages.Key}:{pages.Value}")),
        ["blocks", var id] => Join(Machine.Loads.Find(id)!.PagesByBlock.Select(pages => $"{pages.Key.Number}")),
        ["zones", var id] => Zones(Machine.Loads.Find(id)!),
        ["zone", var node, var zone, var line] => ZoneLine(node, zone, line),
        ["mark"] => Mark(),
        ["change", var line, var path] => $"{Line(_tree.Read(path), line) - Line(_marked[path], line):+0;-0;0}",
        ["plug", var id, var node, var size] => Write("hotplugfs/dimms/plug", $"id={id} node={node} size={size}"),
        ["unplug", var id] => Write("hotplugfs/dimms/unplug", id),
        ["virtio-mem", .. var request] => Write("hotplugfs/virtio_mem", Join(request)),
        ["online", var blocks, var word] => Join(Numbers(blocks).Select(block => Online(block, word)).Distinct()),
        ["fill", var node, var count] => Fill(node, int.Parse(count, CultureInfo.InvariantCulture)),
        ["count-that-go", var blocks] => $"{Numbers(blocks).Count(CanGo)}",
        ["reboot", "memmap_on_memory"] => Reboot(MemmapOnMemory.Yes),
        _ => throw new FormatException($"\"{command}\" is not a command"),
    };

    private static IEnumerable<int> Numbers(string range)
    {
        var ends = range.Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        return Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1);
    }

    private string Online(int block, string word) => Write($"memory/memory{block}/state", word);

    /// <summary>Takes a block offline and returns whether it could.</summary>
    private bool CanGo(int block) => Write($"memory/memory{block}/state", "offline") == Ok;

    /// <summary>Programs take 16 MiB each, and for every 64 pages of theirs the kernel takes one. Then the programs end.</summary>
    private string Fill(string node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.That(Load($"program{node}.{i}", "anon", "16M", node, "prefer"), Is.EqualTo(Ok));
            Assert.That(Load($"kernel{node}.{i}", "kernel", "256K", node, "prefer"), Is.EqualTo(Ok));
        }
        return Join(Enumerable.Range(0, count).Select(i => Write("hotplugfs/load/stop", $"program{node}.{i}")).Distinct());
    }

    private string Reboot(MemmapOnMemory memmap)
    {
        _tree = new RecordedFigures(_kernel).Simulate(memmap);
        return Ok;
    }

    private string Echo(string path, string text)
    {
        var result = Write(path, text);
        if (result == Waits && _waiting is null)
            _waiting = (path, text, Machine.Caller);
        return result;
    }

    /// <summary>Writes as a program of its own.</summary>
    private string Write(string path, string text)
    {
        Machine.Caller = new Caller(++_callers);
        return Result(_tree.Write(path, text));
    }

    private string Cat(string path)
    {
        if (!_tree.Exists(path))
            return "absent";
        var text = _tree.ReadOrErrno(path);
        return text == nameof(Errno.EWAITING) ? Waits : text.TrimEnd('\n').Replace("\n", " / ", StringComparison.Ordinal);
    }

    /// <summary>Continues the write that began to wait first.</summary>
    private string Again(bool isInterrupted)
    {
        var (path, text, caller) = _waiting!.Value;
        Machine.Caller = caller with { HasWaited = true, IsInterrupted = isInterrupted };
        var result = Result(_tree.Write(path, text));
        if (result != Waits)
            _waiting = null;
        return result;
    }

    private string Pass(double seconds)
    {
        Machine.Now += TimeSpan.FromSeconds(seconds);
        return Ok;
    }

    private string Load(string id, string kind, string size, string node, string policy) =>
        Write("hotplugfs/load/start", $"id={id} kind={kind} size={size} node={node} policy={policy}");

    private string Zones(Load load)
    {
        var zones = load.PagesByBlock.Select(pages => (Block: Machine[pages.Key], Pages: pages.Value))
            .GroupBy(pages => $"node{pages.Block.Node.Number}:{pages.Block.Zones.Lowest.Name()}", pages => pages.Pages);
        return Join(zones.Select(zone => $"{zone.Key}:{zone.Sum()}"));
    }

    /// <summary>A line of a zone in <c>/proc/zoneinfo</c>, without its name.</summary>
    private string ZoneLine(string node, string zone, string line)
    {
        var text = _tree.Read("proc/zoneinfo");
        var header = Regex.Match(text, $@"^Node {node["node".Length..]}, zone +{zone}\n((?!Node ).*\n)*", RegexOptions.Multiline);
        var found = Regex.Match(header.Value, $@"^(?:  pages | *){Regex.Escape(line)}:? +(.*)$", RegexOptions.Multiline);
        return found.Success ? found.Groups[1].Value : "absent";
    }

    private string Mark()
    {
        foreach (var path in Marked)
            _marked[path] = _tree.Read(path);
        return Ok;
    }

    private static long Line(string text, string name) =>
        long.Parse(Regex.Match(text, $@"(^|\s){Regex.Escape(name)}:? +(\d+)").Groups[2].ValueSpan, CultureInfo.InvariantCulture);

    private static string Join(IEnumerable<string> parts) => string.Join(' ', parts);

    private static string Result(Result<int> result) => result.IsOk ? Ok : result.Error == Errno.EWAITING ? Waits : result.Error.Name();
}
