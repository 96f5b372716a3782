using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/virtio_mem</c>: virtio-mem devices, whose size a hypervisor would change. <c>id=v0 node=1 max=1G</c> plugs a device,
/// <c>id=v0 size=512M</c> requests a size, <c>remove=v0</c> unplugs it. Reading lists the devices.
/// </summary>
internal sealed class VirtioMemFile(Machine machine, BlockBudget budget)
{
    private const string Form =
        "id=NAME node=N max=BYTES [at=ADDRESS] [size=BYTES] to plug a device, id=NAME size=BYTES to resize it, or remove=NAME";

    /// <summary>Lists the devices, one line each.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var device in machine.VirtioMem)
        {
            text.Append("id="u8).Append(device.Id).Append(" node="u8).Append(device.Node.Number)
                .Append(" max="u8).Append(device.MaxBytes).Append(" size="u8).Append(device.PluggedBytes)
                .Append(" requested="u8).Append(device.RequestedBytes).Append(" blocks="u8);
            device.Blocks.AppendTo(text);
            text.Append('\n');
        }
        return Result.Ok;
    }

    /// <summary>Plugs, resizes or unplugs a device.</summary>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        if (ProblemOf(Encoding.UTF8.GetString(KernelText.UpToNul(text)), out var values) is { } problem)
            return Refuse(problem);
        var outcome = values.ContainsKey("max") ? Plug(values)
            : values.TryGetValue("remove", out var id) ? Remove(id)
            : Resize(values["id"], values["size"]);
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    /// <summary>Returns what is wrong with the keys of a request, and what would be right; null if nothing is.</summary>
    public static string? ProblemOf(string request, out Dictionary<string, string> values)
    {
        if (!KeyValues.TryParse(request, [], ["id", "node", "max", "at", "size", "remove"], Form, out values, out var problem))
            return problem;
        var isPlug = values.ContainsKey("max");
        string[] known = isPlug ? ["id", "node", "max", "at", "size"] : values.ContainsKey("remove") ? ["remove"] : ["id", "size"];
        foreach (var key in isPlug ? ["id", "node"] : known)
            if (!values.ContainsKey(key))
                return $"{key}= is missing; write {Form}";
        return values.Keys.FirstOrDefault(key => !known.Contains(key)) is { } other
            ? $"{other}= does not belong here; write {Form}"
            : null;
    }

    private Result Plug(Dictionary<string, string> values)
    {
        if (!DimmDefinition.IsId(values["id"]))
            return Refuse($"id={values["id"]} is not a valid name: {DimmDefinition.IdForm}");
        if (!int.TryParse(values["node"], NumberStyles.None, CultureInfo.InvariantCulture, out var node))
            return Refuse($"node={values["node"]} is not a node number");
        var (address, size) = (0L, 0L);
        if (!ByteSize.TryParse(values["max"], out var max) || values.TryGetValue("size", out var word) && !ByteSize.TryParse(word, out size)
            || values.TryGetValue("at", out word) && !ByteSize.TryParse(word, out address))
            return Refuse("max=, at= and size= are bytes or a number with K, M, G or T");
        var definition = new VirtioMemDefinition(values["id"], node, max, values.ContainsKey("at") ? address : null) { SizeBytes = size };
        if (budget.Check("virtio_mem", size).Failed(out var error))
            return error;
        return machine.VirtioMem.Plug(definition).TryGet(out _, out error) ? Result.Ok : error;
    }

    private Result Resize(string id, string size)
    {
        if (!ByteSize.TryParse(size, out var bytes))
            return Refuse($"size={size} is not a size; write bytes or a number with K, M, G or T");
        if (machine.VirtioMem.Find(id) is not { } device)
            return NotFound(id);
        return budget.Check("virtio_mem", bytes - device.PluggedBytes).Failed(out var error) ? error : machine.VirtioMem.Resize(device, bytes);
    }

    private Result Remove(string id) => machine.VirtioMem.Find(id) is { } device ? machine.VirtioMem.Unplug(device) : NotFound(id);

    private Errno NotFound(string id)
    {
        var known = string.Join(", ", machine.VirtioMem.Select(device => device.Id));
        var which = known.Length == 0 ? "none is plugged" : $"plugged: {known}";
        machine.LogRefused("virtio_mem", $"no device is named \"{id}\" ({which})", RefusalRule.NotFound);
        return Errno.ENOENT;
    }

    private Errno Refuse(string problem)
    {
        machine.LogRefused("virtio_mem", problem);
        return Errno.EINVAL;
    }
}
