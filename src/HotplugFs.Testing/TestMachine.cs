using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;
using HotplugFs.Sysfs.Control;
using HotplugFs.Sysfs.Uevents;

namespace HotplugFs.Testing;

/// <summary>
/// A simulated machine in this process, for tests: its files without a mount, its time advanced by hand. It behaves as a machine that
/// <c>hotplugfs mount --clock manual</c> mounts.
/// </summary>
/// <remarks>
/// Paths are those below the mount point; the files of blocks, nodes and the machine's own may be named from their directory on:
/// <c>memory43/state</c>, <c>node1/meminfo</c>, <c>faults</c>. An instance belongs to one thread at a time.
/// </remarks>
public sealed class TestMachine : IDisposable
{
    /// <summary>Where a path is looked for, in this order.</summary>
    private static readonly string[] Places = ["", "sys/devices/system/memory", "sys/devices/system/node", "hotplugfs"];

    private readonly MachineTree _tree;
    private readonly List<UeventMessage> _uevents = [];
    private readonly List<PendingWrite> _pending = [];
    private ulong _callers = 1;

    private TestMachine(NamedMachine description, string? scenario)
    {
        var kernel = KernelCatalogue.Get(description.Kernel, description.Definition.Architecture);
        var machine = new Machine(description.Definition, kernel.Rules);
        _tree = new MachineTree(machine, kernel.Files, new MachineTreeOptions
        {
            Name = description.Name,
            Clock = new ManualClock(),
            Scenario = scenario is null ? [] : ScenarioFile.Parse("scenario", scenario, machine),
            DescribeMachine = () => MachineFile.Write(RunningMachine.Describe(description.Name, machine)),
        });
        _tree.Uevents.Sent += _uevents.Add;
        Faults = new TestFaults(this);
    }

    /// <summary>Boots a simulated machine, whose time stands still.</summary>
    /// <param name="machine">The name of a preset, or the path of a machine file or of a recording.</param>
    /// <param name="kernel">The version of a kernel, or a distribution; null for the machine's own.</param>
    /// <param name="scenario">The text of a scenario (docs/scenario.md); null for none.</param>
    /// <exception cref="MachineFileException">There is no such machine, or it or the scenario is invalid.</exception>
    /// <exception cref="ArgumentException">There is no such kernel, or the machine cannot boot under it.</exception>
    public static TestMachine Start(string machine = "default", string? kernel = null, string? scenario = null)
    {
        var description = MachineFile.Load(machine, kernel);
        return new TestMachine(description with { Kernel = kernel ?? description.Kernel }, scenario);
    }

    /// <summary>The faults that are injected.</summary>
    public TestFaults Faults { get; }

    /// <summary>What has happened: writes, uevents, DIMMs and loads, the oldest first (docs/journal.md).</summary>
    public IReadOnlyList<JournalEntry> Journal => [.. Lines("hotplugfs/journal").Select(line => new JournalEntry(line))];

    /// <summary>The lines of the machine's log, the oldest first.</summary>
    public IReadOnlyList<string> Log => Lines("hotplugfs/log");

    /// <summary>The uevents that the machine has sent, the oldest first.</summary>
    public IReadOnlyList<UeventMessage> Uevents => _uevents;

    /// <summary>Returns whether there is a file or a directory.</summary>
    public bool Exists(string path) => TryFind(path, out _);

    /// <summary>Reads a file.</summary>
    /// <returns>The text without the last newline.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The read fails; HResult is the errno.</exception>
    public string Read(string path)
    {
        var file = Open(path, OpenFlags.ReadOnly);
        try
        {
            var text = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (true)
            {
                if (!file.Read(text.Length, buffer).TryGet(out var count, out var error))
                    throw Failure(path, error);
                if (count == 0)
                    break;
                text.Write(buffer, 0, count);
            }
            var read = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
            return read.EndsWith('\n') ? read[..^1] : read;
        }
        finally
        {
            _tree.Tree.OpenFiles.Release(file);
        }
    }

    /// <summary>Writes a line to a file with one write(2), as echo does.</summary>
    /// <returns>The errno with which the write fails; null if it succeeds.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidOperationException">The write waits, for instance for pages to be moved; use <see cref="BeginWrite"/>.</exception>
    public Errno? Write(string path, string text)
    {
        var write = BeginWrite(path, text);
        if (write.IsDone)
            return write.Error;
        write.Interrupt();
        throw new InvalidOperationException($"the write to {path} waits; start it with BeginWrite, and advance the machine's time");
    }

    /// <summary>Starts a write that may take time. It goes on when time is advanced or another write ends.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public PendingWrite BeginWrite(string path, string text)
    {
        var write = new PendingWrite(_tree.Tree, Open(path, OpenFlags.WriteOnly), Encoding.UTF8.GetBytes(text + "\n"), ++_callers);
        _pending.Add(write);
        Continue();
        return write;
    }

    /// <summary>Lets the machine's time pass.</summary>
    /// <param name="time">At most a day.</param>
    public void Advance(TimeSpan time)
    {
        if (Write("hotplugfs/clock", TimeText.Format(time)) is { } error)
            throw Failure("hotplugfs/clock", error);
    }

    /// <summary>Ends all writes that wait.</summary>
    public void Dispose()
    {
        foreach (var write in _pending.ToArray())
            write.Interrupt();
    }

    /// <summary>Tries the writes that wait again, until all of them wait: each may end the wait of the others.</summary>
    private void Continue()
    {
        while (_pending.RemoveAll(write => write.Continue()) > 0)
        {
        }
    }

    private string[] Lines(string path) => Read(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private KernfsOpenFile Open(string path, uint flags)
    {
        if (!TryFind(path, out var node))
            throw new FileNotFoundException($"the machine has no file {path}", path);
        return _tree.Tree.Open(node, flags).TryGet(out var file, out var error) ? file : throw Failure(path, error);
    }

    private bool TryFind(string path, out NodeId node)
    {
        foreach (var place in Places)
            if (_tree.Tree.Find($"{place}/{path}").TryGet(out node, out _))
                return true;
        node = default;
        return false;
    }

    private static IOException Failure(string path, Errno error) => new($"{path}: {error.Name()}", (int)error);
}
