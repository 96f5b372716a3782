using System.Text.Json;

namespace HotplugFs.Sysfs.Control;

/// <summary>An entry of a machine's journal; docs/journal.md describes the keys.</summary>
/// <param name="line">The line of the journal.</param>
public sealed class JournalEntry(string line)
{
    private readonly JsonElement _values = Parse(line);

    /// <summary>The stable name of the rule by which the machine refused or ignored the write; null if it did not.</summary>
    public string? Rule => Text("rule");

    /// <summary>The JSON object as the journal has it.</summary>
    public string Line => line;

    /// <summary>The file that was written; null if the entry is no write.</summary>
    public string? File => Text("file");

    /// <summary>What was written, without the last newline.</summary>
    public string? Written => Text("text");

    /// <summary>The name of the errno with which the write failed; null if it succeeded.</summary>
    public string? Error => Text("errno");

    /// <summary>Why the write was refused or ignored.</summary>
    public string? Reason => Text("reason");

    /// <summary>The name of the process that wrote.</summary>
    public string? Comm => Text("comm");

    /// <summary>The zone of the block after the write.</summary>
    public string? ZoneAfter => Text("zone_after");

    /// <summary>A uevent as <c>ACTION@DEVPATH</c>; null if the entry is none.</summary>
    public string? Uevent => _values.TryGetProperty("uevent", out var uevent)
        ? $"{uevent.GetProperty("ACTION").GetString()}@{uevent.GetProperty("DEVPATH").GetString()}"
        : null;

    /// <summary>The entry in few words, for a line of a screen: <c>3 bash: online > memory43/state: success</c>.</summary>
    public string Short
    {
        get
        {
            var what = File is not null
                ? $"{Comm}: {Written} > {string.Join('/', File.Split('/')[^2..])}: {Result}"
                : Uevent is { } uevent
                    ? $"uevent {uevent.Split('@')[0]} {Path.GetFileName(uevent)}"
                    : string.Join(' ', _values.EnumerateObject().Skip(2).Select(property => $"{property.Name} {property.Value}"));
            return $"{_values.GetProperty("n")} {what}";
        }
    }

    private string Result => Error is { } error ? $"{error}{(Rule is { } rule ? $", {rule}" : "")}" : "success";

    /// <summary>The entry in words, for messages.</summary>
    public override string ToString()
    {
        if (File is null)
            return line;
        return $"entry {_values.GetProperty("n")}: {Comm} ({_values.GetProperty("pid")}) wrote {Written} to {File}: {Result}";
    }

    private string? Text(string key) => _values.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
