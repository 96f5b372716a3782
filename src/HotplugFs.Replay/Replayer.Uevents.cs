using System.Text;
using System.Text.Json;

namespace HotplugFs.Replay;

// Uevents: recordings that listened say which messages each operation caused; ours are the lines of hotplugfs/uevents.
public sealed partial class Replayer
{
    private const string UeventFile = "/hotplugfs/uevents";
    private const string SequenceVariable = "SEQNUM=";

    /// <summary>True if the recording listened for uevents: an operation without any then says that there were none.</summary>
    private bool _recordsUevents;

    private int _ueventsSeen;

    private void ListenForUevents() => _recordsUevents = _trace.Lines.Any(line => line.Has("uev"));

    private void CompareUevents(TraceLine line)
    {
        if (!_recordsUevents)
            return;
        var all = Encoding.UTF8.GetString(_machine.Read(UeventFile, uid: 0).Data).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var got = all.Skip(_ueventsSeen).Select(Variables).ToArray();
        _ueventsSeen = all.Length;
        string[][] expected = [.. line.Results.Select(Recorded)];
        if (!expected.Any(got.SequenceEqual))
            Diverged(line, $"uevents [{string.Join("; ", got)}], expected [{string.Join("; ", expected[0])}]");
    }

    private static string[] Recorded(TraceLine result) => result.Json.TryGetProperty("uev", out var messages)
        ? [.. messages.EnumerateArray().Select(message => Recorded(message.GetString()!)).Where(IsOfTheMachine)]
        : [];

    /// <summary>Loading a kernel module is not simulated, and so are its events.</summary>
    private static bool IsOfTheMachine(string message) => !message.Contains("_error_inject SUBSYSTEM=module", StringComparison.Ordinal);

    /// <summary>A message as its variables without the sequence number, which counts the events of the whole recorded machine.</summary>
    private static string Recorded(string message) =>
        string.Join(' ', message.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Where(variable => !variable.StartsWith(SequenceVariable, StringComparison.Ordinal)));

    private static string Variables(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Join(' ', document.RootElement.EnumerateObject()
            .Select(variable => $"{variable.Name}={variable.Value.GetString()}")
            .Where(variable => !variable.StartsWith(SequenceVariable, StringComparison.Ordinal)));
    }
}
