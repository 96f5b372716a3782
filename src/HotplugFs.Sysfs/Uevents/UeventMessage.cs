using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Sysfs.Uevents;

/// <summary>One uevent, as the kernel sends it over NETLINK_KOBJECT_UEVENT.</summary>
/// <param name="Action">add, remove, change, move, online, offline, bind or unbind.</param>
/// <param name="DevPath">The device's path below /sys, with a slash in front.</param>
/// <param name="Subsystem">The subsystem.</param>
/// <param name="Sequence">Its number, counted from 1 for each machine.</param>
public sealed record UeventMessage(string Action, string DevPath, string Subsystem, long Sequence)
{
    /// <summary>What a write to a file <c>uevent</c> added, as <c>SYNTH_UUID=..</c> and <c>SYNTH_ARG_KEY=..</c>.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The variables in the kernel's order, <c>SEQNUM</c> last.</summary>
    public IEnumerable<string> Variables =>
        [$"ACTION={Action}", $"DEVPATH={DevPath}", $"SUBSYSTEM={Subsystem}", .. Extra, $"SEQNUM={Sequence}"];

    /// <summary>The message as it is sent: the header and the variables, a NUL behind each.</summary>
    /// <param name="withSequence">False without SEQNUM, which a kernel that broadcasts the message adds itself.</param>
    public byte[] ToBytes(bool withSequence = true)
    {
        var variables = withSequence ? Variables : Variables.SkipLast(1);
        return Encoding.UTF8.GetBytes($"{Action}@{DevPath}\0{string.Concat(variables.Select(variable => variable + "\0"))}");
    }

    /// <summary>Adds the message as a line of <c>hotplugfs/uevents</c>: a JSON object. No value needs escapes: paths and words are plain ASCII.</summary>
    /// <param name="text">Where to add.</param>
    public void AppendJson(TextBuffer text)
    {
        // Not by way of the variables, for every block of a dimm sends one.
        text.Append("{\"ACTION\":\""u8).Append(Action).Append("\",\"DEVPATH\":\""u8).Append(DevPath);
        text.Append("\",\"SUBSYSTEM\":\""u8).Append(Subsystem);
        foreach (var variable in Extra)
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            text.Append("\",\""u8).Append(variable[..equals]).Append("\":\""u8).Append(variable[(equals + 1)..]);
        }
        text.Append("\",\"SEQNUM\":\""u8).Append(Sequence).Append("\"}\n"u8);
    }
}
