using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>DIR/hotplugfs</c>: our own files, which control the machine. The program's subcommands write to them, and so can a shell.
/// </summary>
internal sealed class ControlDirectory(
    Machine machine, MachineObjects objects, MachineTime time, LineLog log, LineLog uevents, LineLog journal, BlockBudget budget,
    Checkpoints checkpoints, Scenario scenario, string name, int daemon, Func<string> describeMachine,
    Func<string> describeTransport)
{
    private readonly FaultsFile _faults = new(machine);
    private readonly OfflineResult _offlineResult = new(machine);
    private readonly VirtioMemFile _virtioMem = new(machine, budget);
    private readonly TimeFiles _time = new(machine, time);
    private readonly LoadDirectory _load = new(machine, objects);

    /// <summary>The directories of the DIMMs.</summary>
    public NamedChildren Dimms { get; } = Named(objects.Dimms, new DirectoryType(
        Ro("node", (dimm, text) => text.Append(Dimm(machine, dimm).Node.Number)),
        Ro("size", (dimm, text) => text.Append(Dimm(machine, dimm).Count * machine.BlockSizeBytes)),
        Ro("address", (dimm, text) => text.Append("0x"u8).AppendHex((ulong)(Dimm(machine, dimm).First.Number * machine.BlockSizeBytes))),
        Ro("blocks", (dimm, text) => AppendBlocks(text, Dimm(machine, dimm))),
        Ro("idle", (dimm, text) => text.Append(machine.UsersOf(Dimm(machine, dimm)).Count == 0 ? '1' : '0')),
        Text("loads", (dimm, text) => ShowUsers(text, machine.UsersOf(Dimm(machine, dimm))))));

    /// <summary>The directories of the loads.</summary>
    public NamedChildren Loads => _load.Loads;

    public DirectoryType Build() => new([
        Text("machine", ShowMachine),
        Ro("name", name, isConstant: _ => true),
        Ro("daemon", $"{daemon}", isConstant: _ => true),
        Ro("kernel", machine.Rules.Name, isConstant: _ => true),
        Ro("transport", (_, text) => text.Append(describeTransport())),
        Stream("log", log),
        Stream("uevents", uevents),
        Stream("journal", journal),
        Text("zones", new ZonesText(machine).Show),
        Text("blocks", new BlocksText(machine).Show),
        Text("faults", _faults.Show, _faults.Store, ModeBits.Mode0644),
        Text("offline_result", _offlineResult.Show, _offlineResult.Store, ModeBits.Mode0644),
        Rw("migration_rate", _time.AppendRate, _time.StoreRate),
        Text("clock", _time.ShowClock, _time.StoreClock, ModeBits.Mode0644),
        Text("checkpoint", checkpoints.Show, checkpoints.Store, ModeBits.Mode0644),
        Wo("restore", checkpoints.StoreRestore),
        Wo("reset", checkpoints.StoreReset),
        Text("virtio_mem", _virtioMem.Show, _virtioMem.Store, ModeBits.Mode0644),
        .. When(!scenario.IsEmpty, Text("scenario", scenario.Show)),
        Dir("load", _load.Build()),
        Dir("dimms",
            Wo("plug", StorePlug),
            Wo("unplug", StoreUnplug),
            Dimms),
    ]);

    private static Dimm Dimm(Machine machine, int index) => machine.Dimms.At(index)!;

    /// <summary>Lists what holds pages of a DIMM: a name and its number of pages a line.</summary>
    private static Result ShowUsers(TextBuffer text, IReadOnlyDictionary<string, long> users)
    {
        foreach (var (name, pages) in users)
            text.Append(name).Append(' ').Append(pages).Append('\n');
        return Result.Ok;
    }

    private static void AppendBlocks(TextBuffer text, Dimm dimm) =>
        KernelText.AppendList(text, Enumerable.Range(dimm.First.Number, dimm.Count));

    private Result ShowMachine(int obj, TextBuffer text)
    {
        text.Append(describeMachine());
        return Result.Ok;
    }

    private Result<int> StorePlug(int obj, ReadOnlySpan<byte> text)
    {
        if (!DimmRequest.TryParse(Encoding.UTF8.GetString(KernelText.UpToNul(text)), out var definition, out var problem))
        {
            machine.LogRefused("dimms/plug", problem);
            return Errno.EINVAL;
        }
        if (budget.Check("dimms/plug", definition.SizeBytes).Failed(out var error))
            return error;
        var plugged = machine.Plug(definition);
        return plugged.IsOk ? text.Length : plugged.Error;
    }

    private Result<int> StoreUnplug(int obj, ReadOnlySpan<byte> text)
    {
        var id = Encoding.UTF8.GetString(KernelText.UpToNul(text)).Trim();
        if (machine.Dimms.Find(id) is not { } dimm)
        {
            var known = string.Join(", ", machine.Dimms.Select(other => other.Id));
            var which = known.Length == 0 ? "none is plugged" : $"plugged: {known}";
            machine.LogRefused("dimms/unplug", $"no dimm is named \"{id}\" ({which})", RefusalRule.NotFound);
            return Errno.ENOENT;
        }
        var outcome = machine.Unplug(dimm);
        return outcome.IsOk ? text.Length : outcome.Error;
    }
}
