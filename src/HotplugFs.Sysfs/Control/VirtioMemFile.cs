using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/virtio_mem</c>: virtio-mem devices, whose size a hypervisor would change. <c>id=v0 node=1 max=1G</c> plugs a device without
/// memory, <c>id=v0 size=512M</c> resizes it. Reading lists the devices.
/// </summary>
internal sealed class VirtioMemFile(Machine machine, BlockBudget budget)
{
    private const string Form = "id=NAME node=N max=BYTES to plug a device, or id=NAME size=BYTES to resize it";

    /// <summary>Lists the devices, one line each.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var device in machine.VirtioMem)
        {
            text.Append("id="u8).Append(device.Id).Append(" node="u8).Append(device.Node.Number)
                .Append(" max="u8).Append(device.MaxBytes).Append(" size="u8).Append(device.PluggedBytes).Append(" blocks="u8);
            device.Blocks.AppendTo(text);
            text.Append('\n');
        }
        return Result.Ok;
    }

    /// <summary>Plugs a device or resizes it.</summary>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var values = new Dictionary<string, string>();
        var request = Encoding.UTF8.GetString(KernelText.UpToNul(text));
        foreach (var word in request.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            if (word.Split('=') is not [var key, var value] || !values.TryAdd(key, value))
                return Refuse($"\"{word}\" is not KEY=VALUE, or is given twice");
        if (!values.TryGetValue("id", out var id) || !DimmDefinition.IsId(id))
            return Refuse("id= is missing or not a valid name");
        var (node, max, size) = (values.GetValueOrDefault("node"), values.GetValueOrDefault("max"), values.GetValueOrDefault("size"));
        var outcome = (values.Count, node, max, size) switch
        {
            (3, not null, not null, _) => Plug(id, node, max),
            (2, _, _, not null) => Resize(id, size),
            _ => Refuse("these words cannot be combined"),
        };
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    private Result Plug(string id, string node, string max)
    {
        if (!int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !ByteSize.TryParse(max, out var bytes))
            return Refuse($"node={node} max={max} is not a node number and a size");
        return machine.VirtioMem.Plug(id, number, bytes).TryGet(out _, out var error) ? Result.Ok : error;
    }

    private Result Resize(string id, string size)
    {
        if (!ByteSize.TryParse(size, out var bytes))
            return Refuse($"size={size} is not a size");
        if (machine.VirtioMem.Find(id) is { } device)
            return budget.Check("virtio_mem", bytes - device.PluggedBytes).Failed(out var error) ? error : machine.VirtioMem.Resize(device, bytes);
        machine.Log($"virtio_mem: no device is named \"{id}\"");
        return Errno.ENOENT;
    }

    private Errno Refuse(string problem)
    {
        machine.Log($"virtio_mem: {problem}; write {Form}");
        return Errno.EINVAL;
    }
}
