namespace HotplugFs.Replay.Playback;

/// <summary>Does through the control files of a simulated machine what a hypervisor, and chance, do to a real one.</summary>
internal sealed class ControlFiles(IReplayMachine machine)
{
    /// <summary>The result of offlining that no rule refuses, in the words of <c>hotplugfs/faults</c>.</summary>
    public const string Success = "success";

    /// <inheritdoc cref="Success"/>
    public const string Busy = nameof(Errno.EBUSY);

    /// <inheritdoc cref="Success"/>
    public const string Again = nameof(Errno.EAGAIN);

    /// <summary>The pages in the block decide.</summary>
    public const string ByPages = "default";

    private const string Dimms = "/hotplugfs/dimms";
    private const string VirtioMem = "/hotplugfs/virtio_mem";

    private string _offlineResult = "";

    /// <summary>Sets the result of offlining from now on.</summary>
    /// <param name="busy">The blocks that refuse instead. They may come later.</param>
    /// <exception cref="ReplayException">The machine refuses it.</exception>
    public void SetOfflineResult(string result, IEnumerable<int>? busy = null)
    {
        var lines = (busy ?? []).Select(block => $"memory{block} offline {Busy}").Append($"any offline {result}").Prepend("clear");
        var text = string.Join('\n', lines);
        if (text == _offlineResult)
            return;
        if (Write("/hotplugfs/faults", text).Failed(out var error))
            throw new ReplayException($"hotplugfs/faults refuses \"{text}\": {error.Text()}");
        _offlineResult = text;
    }

    /// <param name="isAssigned">False if the hypervisor only offers the memory.</param>
    public Result Plug(string id, long node, long size, long? address, bool isAssigned = true) => Write(
        $"{Dimms}/plug", $"id={id} node={node} size={size}{(address is { } at ? $" at={at}" : "")}{(isAssigned ? "" : " assigned=no")}");

    public Result Unplug(string id) => Write($"{Dimms}/unplug", id);

    /// <summary>Returns the name of the DIMM that a block belongs to; null if there is none.</summary>
    public string? FindDimm(int block)
    {
        var entries = machine.List(Dimms);
        var names = entries.IsOk ? entries.Value.Where(entry => entry.EndsWith('/')).Select(entry => entry[..^1]) : [];
        return names.FirstOrDefault(
            name => Ranges(Read($"{Dimms}/{name}/blocks")).Any(range => range.First <= block && block <= range.Last));
    }

    public Result PlugVirtioMem(string id, long node, long max) => Write(VirtioMem, $"id={id} node={node} max={max}");

    /// <returns>The number of bytes that the device then has; null if there is no such device.</returns>
    public long? ResizeVirtioMem(string id, long size)
    {
        // The write succeeds whatever size the device reaches.
        _ = Write(VirtioMem, $"id={id} size={size}");
        foreach (var line in Read(VirtioMem).Split('\n'))
            if (line.Split(' ') is [var name, _, _, var reached, _, _] && name == $"id={id}")
                return long.Parse(reached["size=".Length..], CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>Fills memory of a node with pages of the kernel, from its highest kernel zone on.</summary>
    public Result UseForKernel(string id, long node, long bytes) =>
        Write("/hotplugfs/load/start", $"id={id} kind=kernel size={bytes} node={node} policy=bind");

    /// <summary>Returns the physical address of a DIMM that is plugged, in bytes.</summary>
    public long AddressOf(string id) => Convert.ToInt64(Read($"{Dimms}/{id}/address"), 16);

    /// <summary>Returns the numbers of the blocks that a DIMM has.</summary>
    public IEnumerable<int> BlocksOf(string id) =>
        Ranges(Read($"{Dimms}/{id}/blocks")).SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));

    private Result Write(string path, string text)
    {
        var outcome = machine.Write(path, Encoding.UTF8.GetBytes(text), uid: 0);
        if (outcome.Error is null)
            return Result.Ok;
        return ErrnoNames.TryParse(outcome.Error, out var error) ? error : Errno.EIO;
    }

    private string Read(string path) => Encoding.UTF8.GetString(machine.Read(path, uid: 0).Data).TrimEnd('\n');

    private static IEnumerable<(int First, int Last)> Ranges(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return (ends[0], ends[^1]);
        });
}
