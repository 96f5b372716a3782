using System.Text.Json;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads what lsmem printed, as a table or as JSON, into a dump.</summary>
public static class LsmemText
{
    private const string Range = "RANGE";

    /// <summary>True if a text is a table or JSON of lsmem.</summary>
    public static bool IsLsmem(string text) => text.TrimStart().StartsWith(Range, StringComparison.Ordinal)
        || (text.TrimStart().StartsWith('{') &&
            text.Contains("\"memory\"", StringComparison.Ordinal) && text.Contains("\"range\"", StringComparison.Ordinal));

    /// <summary>Makes a dump of what was printed.</summary>
    /// <exception cref="FormatException">A line is none of lsmem.</exception>
    internal static IDump Read(string text, Losses losses)
    {
        var rows = text.TrimStart().StartsWith('{') ? Json(text) : Table(text);
        if (rows.Count == 0)
            throw new FormatException("lsmem's output has no ranges");
        var dump = new TreeDump();
        var size = 0L;
        foreach (var row in rows)
            size = Add(dump, row, size, losses);
        dump.AddText($"{DumpPaths.Memory}/block_size_bytes", $"{size:x}");
        losses.Add("lsmem", "it shows no files of the kernel; options of its build are taken as usual");
        foreach (var file in (string[])["auto_online_blocks", "hard_offline_page"])
            dump.AddName($"{DumpPaths.Memory}/{file}");
        dump.AddText($"{DumpPaths.Memory}/auto_online_blocks", "offline");
        return dump;
    }

    private static long Add(TreeDump dump, Dictionary<string, string> row, long size, Losses losses)
    {
        var ends = row.GetValueOrDefault("range", "").Split('-');
        if (ends.Length != 2 || Hex(ends[0]) is not { } start || Hex(ends[1]) is not { } last || last <= start)
            throw new FormatException($"\"{row.GetValueOrDefault("range")}\" is not a range of lsmem");
        var numbers = Numbers(row.GetValueOrDefault("block")).ToArray();
        if (numbers.Length > 0)
            size = (last + 1 - start) / numbers.Length;
        if (size == 0)
        {
            size = 128L << 20;
            losses.Add("lsmem", "no column BLOCK; the blocks are taken for 128 MiB");
        }
        if (numbers.Length == 0)
            numbers = [.. Enumerable.Range((int)(start / size), (int)((last + 1 - start) / size))];
        var node = Numbers(row.GetValueOrDefault("node")).FirstOrDefault();
        foreach (var number in numbers)
        {
            var directory = $"{DumpPaths.Memory}/memory{number}";
            dump.AddText($"{directory}/state", row.GetValueOrDefault("state", "online"));
            dump.AddText($"{directory}/online", "1");
            dump.AddName($"{directory}/node{node}");
            dump.AddName($"{directory}/power");
            if (row.GetValueOrDefault("removable") is "no" or "false" or "0")
                dump.AddText($"{directory}/removable", "0");
            if (row.GetValueOrDefault("zones") is { Length: > 0 } zones)
                dump.AddText($"{directory}/valid_zones", zones is "None" or "none" ? "none" : zones.Replace('/', ' '));
        }
        return size;
    }

    private static List<Dictionary<string, string>> Json(string text)
    {
        try
        {
            return [.. JsonElement.Parse(text).GetProperty("memory").EnumerateArray().Select(Row)];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"this is not lsmem's JSON: {error.Message}");
        }
    }

    /// <summary>Returns the members of an object; of a name that is there twice, the last counts.</summary>
    private static Dictionary<string, string> Row(JsonElement json)
    {
        var row = new Dictionary<string, string>();
        foreach (var member in json.EnumerateObject())
            row[member.Name] = member.Name == "zones" ? member.Value.ToString() : member.Value.ToString().ToLowerInvariant();
        return row;
    }

    private static List<Dictionary<string, string>> Table(string text)
    {
        var lines = text.TrimStart().Split('\n');
        string[] heads = [.. lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant())];
        var rows = new List<Dictionary<string, string>>();
        foreach (var line in lines.Skip(1).TakeWhile(line => line.TrimStart().StartsWith("0x", StringComparison.Ordinal)))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < heads.Length - 1)
                throw new FormatException($"\"{line.Trim()}\" has fewer columns than the head");
            var row = new Dictionary<string, string>();
            foreach (var (head, word) in heads.Zip(words))
                row[head] = word;
            rows.Add(row);
        }
        return rows;
    }

    private static long? Hex(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
        && long.TryParse(text.AsSpan()[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and < PhysicalMemory.AddressSpaceEnd
            ? number
            : null;

    private static IEnumerable<int> Numbers(string? text)
    {
        const int max = 1 << 22;
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first || last - first > max)
                yield break;
            for (var number = first; number <= last; number++)
                yield return number;
        }
    }
}
