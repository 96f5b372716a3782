using System.Text.Json;

namespace HotplugFs.Replay.Playback;

/// <summary>Compares the uevents of each operation with the new lines of <c>hotplugfs/uevents</c>, in recordings that listened.</summary>
internal sealed class UeventComparison(ReplaySession session)
{
    private const string UeventFile = "/hotplugfs/uevents";
    private const string SequenceVariable = "SEQNUM=";

    private int _seen;

    public void Compare(RecordedOperation operation)
    {
        if (!session.Trace.ListensToUevents)
            return;
        var all = Encoding.UTF8.GetString(session.Machine.Read(UeventFile, uid: 0).Data).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] got = [.. all.Skip(_seen).Select(Variables)];
        _seen = all.Length;
        var expected = Array.ConvertAll(operation.Results(), Recorded);
        if (!Array.Exists(expected, got.SequenceEqual))
            session.Diverged(operation, $"uevents [{string.Join("; ", got)}], expected [{string.Join("; ", expected[0])}]");
    }

    private static string[] Recorded(RecordedOperation result) => [.. (result.Uev ?? []).Select(Recorded).Where(IsSimulated)];

    /// <summary>Loading a kernel module is not simulated, and neither are its uevents.</summary>
    private static bool IsSimulated(string message) => !message.Contains("_error_inject SUBSYSTEM=module", StringComparison.Ordinal);

    /// <summary>
    /// Returns the header and the variables of a message without the sequence number, which counts all events of the recorded machine.
    /// </summary>
    private static string Recorded(string message) => string.Join(' ', message.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Where(variable => !variable.StartsWith(SequenceVariable, StringComparison.Ordinal)));

    private static string Variables(string json)
    {
        using var document = JsonDocument.Parse(json);
        var variables = document.RootElement.EnumerateObject().Select(variable => $"{variable.Name}={variable.Value.GetString()}");
        var header = $"{document.RootElement.GetProperty("ACTION")}@{document.RootElement.GetProperty("DEVPATH")}";
        return string.Join(' ', variables
            .Where(variable => !variable.StartsWith(SequenceVariable, StringComparison.Ordinal))
            .Prepend(header));
    }
}
