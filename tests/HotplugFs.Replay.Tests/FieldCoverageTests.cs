using System.IO.Compression;
using System.Text.Json.Nodes;
using HotplugFs.Machines;
using HotplugFs.Replay.Playback;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>
/// Replaying ignores no field: for every field of every recording there is a value that cannot be altered unnoticed, or
/// <see cref="NotCompared"/> lists the field.
/// </summary>
public sealed class FieldCoverageTests
{
    /// <summary>Fields that say what to do and make no difference in any recording, with the reason.</summary>
    private static readonly Dictionary<string, string> WithoutEffect = new()
    {
        ["header.dimms[].id"] = "no recording unplugs a DIMM of its header by name",
        ["header.valid_zones_derived"] = "only a replay through a mount reads the files, of which one does not exist",
        ["header.machine_def.dimms[].id"] = "no recording unplugs a DIMM of its header by name",
        ["sys.uev[]"] = "system calls sent only the uevents of kernel modules, which are not loaded here",
        ["read.as"] = "all users may read the files that are read so",
    };

    private readonly Dictionary<string, string> _outcomes = [];

    private string _file = "";

    [OneTimeSetUp]
    public void MakeFile() => _file = Path.Combine(Path.GetTempPath(), $"altered-{Guid.NewGuid():N}.jsonl");

    [OneTimeTearDown]
    public void RemoveFile() => File.Delete(_file);

    /// <summary>A value in a recording, by its place.</summary>
    private sealed record Sample(string Recording, int Line, string Place);

    private static string[] Lines(string recording)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "recordings", recording)), CompressionMode.Decompress);
        return new StreamReader(file).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The values of each field, those of short recordings first. A field is a path without numbers and names of zones.</summary>
    private static SortedDictionary<string, List<Sample>> Fields()
    {
        var fields = new SortedDictionary<string, List<Sample>>(StringComparer.Ordinal);
        foreach (var (name, lines) in RecordingTests.Recordings().Select(name => (name, Lines(name))).OrderBy(row => row.Item2.Length))
        {
            for (var line = 0; line < lines.Length; line++)
            {
                var json = JsonNode.Parse(lines[line])!.AsObject();
                var kind = line == 0 ? "header" : json["op"] is JsonValue op ? (string)op! : json.ContainsKey("state") ? "state" : "transition";
                foreach (var (place, field) in Values(json, "$", kind))
                {
                    if (!fields.TryGetValue(field, out var samples))
                        fields[field] = samples = [];
                    samples.Add(new Sample(name, line, place));
                }
            }
        }
        return fields;
    }

    private static IEnumerable<(string Place, string Field)> Values(JsonNode? node, string place, string field) => node switch
    {
        JsonObject members => members.SelectMany(member => Values(
            member.Value, $"{place}/{member.Key}", $"{field}.{(IsNumbered(member.Key, field) ? "*" : member.Key)}")),
        JsonArray elements => elements.SelectMany((element, index) => Values(element, $"{place}/{index}", $"{field}[]")),
        _ => [(place, field)],
    };

    private static bool IsNumbered(string name, string above) =>
        int.TryParse(name, out _) || above.EndsWith("zones.*", StringComparison.Ordinal) || above == "state.zones";

    /// <summary>The values to replace a value by; null stands for a removed member.</summary>
    private static IEnumerable<JsonNode?> Alternatives(JsonNode? value, string field) => value switch
    {
        null => [field.EndsWith(".err", StringComparison.Ordinal) ? "EIO" : null],
        _ when value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => [!(bool)value!],
        _ when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => [(double)value! + 1, 0],
        _ when field.EndsWith(".err", StringComparison.Ordinal) => [null],
        _ => [$"{(string)value!}x"],
    };

    private bool IsNoticed(Sample sample, string field)
    {
        var lines = Lines(sample.Recording);
        if (!_outcomes.TryGetValue(sample.Recording, out var usual))
            _outcomes[sample.Recording] = usual = Replay(lines);
        var names = sample.Place.Split('/')[1..];
        foreach (var alternative in Alternatives(Find(JsonNode.Parse(lines[sample.Line])!, names), field))
        {
            var altered = JsonNode.Parse(lines[sample.Line])!;
            var above = Find(altered, names[..^1])!;
            if (above is JsonArray array)
                array[int.Parse(names[^1])] = alternative;
            else if (alternative is null)
                above.AsObject().Remove(names[^1]);
            else
                above[names[^1]] = alternative;
            if (Replay([.. lines[..sample.Line], altered.ToJsonString(), .. lines[(sample.Line + 1)..]]) != usual)
                return true;
        }
        return false;
    }

    private static JsonNode? Find(JsonNode node, string[] names) =>
        names.Aggregate((JsonNode?)node, (found, name) => found is JsonArray array ? array[int.Parse(name)] : found![name]);

    /// <summary>Returns the counts of a replay, or the reason why the recording is refused.</summary>
    private string Replay(string[] lines)
    {
        File.WriteAllLines(_file, lines);
        var report = new ReplayReport();
        try
        {
            Replayer.Replay(Trace.Read(_file), report);
        }
        catch (MachineFileException refusal)
        {
            return refusal.Message;
        }
        return report.ToString();
    }

    private static bool IsListed(string field) =>
        WithoutEffect.ContainsKey(field) || field.Split('.', '[').Any(NotCompared.Fields.ContainsKey);

    /// <summary>
    /// True for a field of a system call that is compared if the call is made. In this process the kernel's part of some calls is missing.
    /// </summary>
    private static bool IsComparedOfCalls(Sample sample, string field)
    {
        if (!field.StartsWith("sys.res[].", StringComparison.Ordinal))
            return false;
        var names = sample.Place.Split('/')[1..3];
        var result = Find(JsonNode.Parse(Lines(sample.Recording)[sample.Line])!, names)!.ToJsonString();
        var recorded = System.Text.Json.JsonSerializer.Deserialize(result, TraceJson.Default.RecordedResult)!;
        return new CallComparison().Differences(recorded, CallOutcome.Ok(recorded.R)).Any(difference => field == $"sys.res[].{difference.Field}");
    }

    [Test]
    public void EveryField_IsComparedOrListed()
    {
        var ignored = Fields()
            .Where(field => !IsListed(field.Key) && !IsComparedOfCalls(field.Value[0], field.Key))
            .Where(field => !field.Value.Exists(sample => IsNoticed(sample, field.Key)))
            .Select(field => $"{field.Key}, as in line {field.Value[0].Line + 1} of {field.Value[0].Recording}");
        Assert.That(string.Join('\n', ignored), Is.Empty);
    }

    [Test]
    public void EveryListedField_IsInARecordingAndReported()
    {
        var report = new ReplayReport();
        foreach (var name in RecordingTests.Recordings())
            foreach (var (field, count) in Trace.Read(Path.Combine(AppContext.BaseDirectory, "recordings", name)).UncomparedFields)
                report.AddUncompared(field, count);
        Assert.That(report.Uncompared.Keys, Is.EqualTo(NotCompared.Fields.Keys));
    }
}
