using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The tree of a preset machine, with methods like the commands of a shell.</summary>
internal sealed class TestTree
{
    public TestTree(
        string machine = "default", string kernel = "4.9", bool? movableNode = null, KernelConfig? config = null,
        long memoryLeft = long.MaxValue, TimeProvider? clock = null, string? scenario = null)
    {
        var found = KernelCatalogue.Get(kernel);
        var definition = MachineFile.Load(machine).Definition;
        definition = definition with { MovableNode = movableNode ?? definition.MovableNode, Config = config ?? definition.Config };
        Machine = new Machine(definition, found.Rules);
        MachineTree = new MachineTree(Machine, found.Files, new MachineTreeOptions
        {
            DescribeMachine = () => "as described\n",
            MemoryLeft = () => memoryLeft,
            Clock = clock ?? TimeProvider.System,
            Scenario = scenario is null ? [] : ScenarioFile.Parse("s.toml", scenario, Machine),
        });
    }

    public TestTree(Machine machine, SysfsProfile profile) => (Machine, MachineTree) = (machine, new MachineTree(machine, profile));

    /// <summary>The directory of the ACPI devices of DIMMs.</summary>
    public const string AcpiContainer = "sys/devices/LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04";

    public Machine Machine { get; }

    public MachineTree MachineTree { get; }

    public KernfsTree Tree => MachineTree.Tree;

    public string Log => Read("hotplugfs/log");

    public string LastLogLine => Log.TrimEnd('\n').Split('\n')[^1];

    public bool Exists(string path) => Tree.Find(Full(path)).IsOk;

    public NodeId Find(string path) => Tree.Find(Full(path)).Value;

    public string Read(string path)
    {
        var file = Tree.Open(Find(path), OpenFlags.ReadOnly).Value;
        var buffer = new byte[1 << 16];
        var count = file.Read(0, buffer).Value;
        Tree.OpenFiles.Release(file);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    public Result<int> Write(string path, string text)
    {
        var file = Tree.Open(Find(path), OpenFlags.WriteOnly).Value;
        var written = file.Write(Encoding.UTF8.GetBytes(text));
        Tree.OpenFiles.Release(file);
        return written;
    }

    /// <summary>Advances the manual clock, as a client does: time passes after its write.</summary>
    public void Advance(string time)
    {
        Assert.That(Write("hotplugfs/clock", time).IsOk);
        Tree.Callers!.Elapse();
    }

    /// <summary>Reads a file; if the read fails, returns the name of its errno.</summary>
    public string ReadOrErrno(string path)
    {
        var file = Tree.Open(Find(path), OpenFlags.ReadOnly).Value;
        var buffer = new byte[4096];
        var read = file.Read(0, buffer);
        Tree.OpenFiles.Release(file);
        return read.TryGet(out var count, out var error) ? Encoding.UTF8.GetString(buffer, 0, count) : error.Name();
    }

    /// <summary>The names in a directory, without <c>.</c> and <c>..</c>.</summary>
    public string[] List(string path)
    {
        var names = new NameList();
        Tree.ReadDirectory(Find(path), 0, names);
        return [.. names.Where(name => name is not ("." or ".."))];
    }

    public uint Mode(string path) => Tree.GetAttributes(Find(path)).Value.Mode;

    public string ReadLink(string path)
    {
        var text = new TextBuffer();
        Tree.ReadLink(Find(path), text);
        return text.ToString();
    }

    /// <summary>The names that changed since the last call, by directory: <c>memory: memory50</c>.</summary>
    public string[] Changes()
    {
        var changes = new List<TreeChange>();
        Tree.Changes.Take(changes);
        var names = new List<string>();
        foreach (var change in changes)
        {
            for (var i = 0; i < change.Count; i++)
            {
                var text = new TextBuffer();
                change.AppendName(i, text);
                names.Add($"{PathOf(change.Parent)}: {text}");
            }
        }
        return [.. names];
    }

    private string PathOf(NodeId directory)
    {
        string[] known =
        [
            "sys/devices/system/memory", "sys/devices/system/node", "sys/devices/system/node/node0", "sys/devices/system/node/node1",
            "sys/bus/memory/devices", "sys/bus/node/devices", "sys/bus/acpi/devices", AcpiContainer, "hotplugfs/dimms",
            "sys/devices/virtual/memory_tiering", "sys/devices/system/node/node2", "sys/devices/system/node/node0/access0/targets",
        ];
        return known.FirstOrDefault(path => Tree.Find(path) is { IsOk: true } found && found.Value == directory) ?? "?";
    }

    private static string Full(string path) =>
        path.StartsWith("memory", StringComparison.Ordinal) || path.StartsWith("node", StringComparison.Ordinal)
            ? $"sys/devices/system/{path}"
            : path;

    private sealed class NameList : List<string>, IDirectorySink
    {
        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Add(Encoding.UTF8.GetString(name));
            return true;
        }
    }
}
