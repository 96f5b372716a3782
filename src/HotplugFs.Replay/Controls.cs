using System.Globalization;
using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Replay;

/// <summary>What a hypervisor and chance do to a real machine, by the control files of a simulated one.</summary>
internal sealed class Controls(IReplayMachine machine)
{
    /// <summary>What becomes of offlines that the rules allow.</summary>
    public const string Succeed = "success";

    /// <inheritdoc cref="Succeed"/>
    public const string Busy = nameof(Errno.EBUSY);

    /// <inheritdoc cref="Succeed"/>
    public const string Again = nameof(Errno.EAGAIN);

    private const string Dimms = "/hotplugfs/dimms";
    private const string VirtioMem = "/hotplugfs/virtio_mem";

    private string _answer = "";

    /// <summary>Says what becomes of offlines from now on, in the words of <c>hotplugfs/offline_result</c>.</summary>
    public void AnswerOfflines(string answer)
    {
        if (answer == _answer)
            return;
        var written = Write("/hotplugfs/offline_result", answer);
        if (!written.IsOk)
            throw new ReplayException($"hotplugfs/offline_result does not take \"{answer}\": {written.Error.Text()}");
        _answer = answer;
    }

    public Result Plug(string id, long node, long size, long? address) =>
        Write($"{Dimms}/plug", $"id={id} node={node} size={size}{(address is { } at ? $" at={at}" : "")}");

    public Result Unplug(string id) => Write($"{Dimms}/unplug", id);

    /// <summary>The dimm that a block belongs to.</summary>
    /// <param name="block">The block's number.</param>
    public string? FindDimm(int block)
    {
        var entries = machine.List(Dimms);
        var names = entries.IsOk ? entries.Value.Where(entry => entry.EndsWith('/')).Select(entry => entry[..^1]) : [];
        return names.FirstOrDefault(name => Holds(Read($"{Dimms}/{name}/blocks"), block));
    }

    public Result PlugVirtioMem(string id, long node, long max) => Write(VirtioMem, $"id={id} node={node} max={max}");

    /// <returns>How many blocks the device has then.</returns>
    public long ResizeVirtioMem(string id, long size)
    {
        // A device that cannot give back all that it should gives what it can; the number of blocks tells.
        _ = Write(VirtioMem, $"id={id} size={size}");
        var line = Read(VirtioMem).Split('\n').FirstOrDefault(line => line.StartsWith($"id={id} ", StringComparison.Ordinal)) ?? "";
        return Count(line[(line.LastIndexOf('=') + 1)..]);
    }

    private Result Write(string path, string text)
    {
        var outcome = machine.Write(path, Encoding.UTF8.GetBytes(text), uid: 0);
        if (outcome.Error is null)
            return Result.Ok;
        return ErrnoNames.TryParse(outcome.Error, out var error) ? error : Errno.EIO;
    }

    private string Read(string path) => Encoding.UTF8.GetString(machine.Read(path, uid: 0).Data).TrimEnd('\n');

    private static bool Holds(string list, int number) => Ranges(list).Any(range => range.First <= number && number <= range.Last);

    private static long Count(string list) => Ranges(list).Sum(range => range.Last - range.First + 1L);

    private static IEnumerable<(int First, int Last)> Ranges(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            return (ends[0], ends[^1]);
        });
}
