using System.Text;
using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Control;

/// <summary><c>DIR/hotplugfs</c>: our own files, with which bash alone can drive the machine. The program's verbs write to them.</summary>
internal sealed class ControlDirectory(
    Machine machine, MachineObjects objects, LineLog log, LineLog uevents, MachineTreeOptions options)
{
    private readonly OfflineResult _offlineResult = new(machine);
    private readonly VirtioMemFile _virtioMem = new(machine);
    private NamedChildren? _dimms;

    /// <summary>The directories of the dimms.</summary>
    public NamedChildren Dimms => _dimms ??= Named(objects.Dimms, new DirectoryType(
        Ro("node", Shows((dimm, text) => text.Append(dimm.Node.Number))),
        Ro("size", Shows((dimm, text) => text.Append(dimm.Count * machine.BlockSizeBytes))),
        Ro("address", Shows((dimm, text) => text.Append("0x"u8).AppendHex((ulong)(dimm.First.Number * machine.BlockSizeBytes)))),
        Ro("blocks", Shows((dimm, text) => KernelText.AppendList(text, Enumerable.Range(dimm.First.Number, dimm.Count))))));

    public DirectoryType Build() => new(
        Text("machine", ShowMachine),
        Ro("kernel", ShowKernel, isConstant: _ => true),
        Ro("transport", ShowTransport),
        Stream("log", log),
        Stream("uevents", uevents),
        Text("zones", new ZonesText(machine).Show),
        Text("offline_result", _offlineResult.Show, _offlineResult.Store, ModeBits.Mode0644),
        Text("virtio_mem", _virtioMem.Show, _virtioMem.Store, ModeBits.Mode0644),
        Dir("dimms",
            Wo("plug", StorePlug),
            Wo("unplug", StoreUnplug),
            Dimms));

    private Result ShowMachine(int obj, TextBuffer text)
    {
        text.Append(options.DescribeMachine());
        return Result.Ok;
    }

    private Result ShowKernel(int obj, TextBuffer text)
    {
        text.Append(machine.Profile.Name).Append('\n');
        return Result.Ok;
    }

    private Result ShowTransport(int obj, TextBuffer text)
    {
        text.Append(options.DescribeTransport()).Append('\n');
        return Result.Ok;
    }

    private Show Shows(Action<Dimm, TextBuffer> show) => (obj, text) =>
    {
        show(machine.Dimms.At(obj)!, text);
        text.Append('\n');
        return Result.Ok;
    };

    private Result<int> StorePlug(int obj, ReadOnlySpan<byte> text)
    {
        if (!DimmRequest.TryParse(Encoding.UTF8.GetString(KernelText.UpToNul(text)), out var definition, out var problem))
        {
            machine.Log($"dimms/plug: {problem}");
            return Errno.EINVAL;
        }
        var plugged = machine.Plug(definition);
        return plugged.IsOk ? text.Length : plugged.Error;
    }

    private Result<int> StoreUnplug(int obj, ReadOnlySpan<byte> text)
    {
        var id = Encoding.UTF8.GetString(KernelText.UpToNul(text)).Trim();
        if (machine.Dimms.Find(id) is not { } dimm)
        {
            var known = string.Join(", ", machine.Dimms.Select(other => other.Id));
            machine.Log($"dimms/unplug: there is no dimm \"{id}\"; there {(known.Length == 0 ? "are none" : $"are {known}")}");
            return Errno.ENOENT;
        }
        var outcome = machine.Unplug(dimm);
        return outcome.IsOk ? text.Length : outcome.Error;
    }
}
