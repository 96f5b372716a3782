namespace HotplugFs.Sysfs.Uevents;

/// <summary>A uevent, as the kernel sends it over NETLINK_KOBJECT_UEVENT.</summary>
/// <param name="Action">add, remove, change, move, online, offline, bind or unbind.</param>
/// <param name="DevPath">The path of the device below /sys, with a leading slash.</param>
/// <param name="Sequence">SEQNUM, counted from 1 for each machine.</param>
public sealed record UeventMessage(string Action, string DevPath, string Subsystem, long Sequence)
{
    /// <summary>The variables that a write to a file <c>uevent</c> added: <c>SYNTH_UUID=..</c> and <c>SYNTH_ARG_KEY=..</c>.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>The variables in the kernel's order, <c>SEQNUM</c> last.</summary>
    public IEnumerable<string> Variables =>
        [$"ACTION={Action}", $"DEVPATH={DevPath}", $"SUBSYSTEM={Subsystem}", .. Extra, $"SEQNUM={Sequence}"];

    /// <summary>Returns the message as it is sent: the header and the variables, each followed by a NUL.</summary>
    /// <param name="withSequence">False to omit SEQNUM, which the kernel adds itself if it broadcasts the message.</param>
    public byte[] ToBytes(bool withSequence = true)
    {
        var variables = withSequence ? Variables : Variables.SkipLast(1);
        return Encoding.UTF8.GetBytes($"{Action}@{DevPath}\0{string.Concat(variables.Select(variable => variable + "\0"))}");
    }

    /// <summary>
    /// Appends the message as a line of <c>hotplugfs/uevents</c>, a JSON object. No value needs escapes, because paths and words are plain
    /// ASCII.
    /// </summary>
    public void AppendJson(TextBuffer text)
    {
        // Without building the variables, because every block of a DIMM sends one.
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
