using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Replay;

/// <summary>Compares a recorded directory tree with a simulated one: names, types, modes, sizes, link counts, targets and contents.</summary>
/// <param name="tree">The simulated tree.</param>
internal sealed partial class TreeComparison(KernfsTree tree)
{
    /// <summary>Files whose numbers depend on what ran on the recorded machine; the rest of their text is compared.</summary>
    private static readonly string[] PerBoot = ["meminfo", "numastat", "vmstat", "removable"];

    [GeneratedRegex(@" *\d+(?=\D*$)", RegexOptions.Multiline)]
    private static partial Regex LastNumberOfALine { get; }

    private sealed record Entry(string Type, string Mode, long Size, long Links, string? Content);

    /// <summary>Compares the tree of a line of a recording.</summary>
    public IEnumerable<string> Compare(TraceLine line)
    {
        var expected = line.Json.GetProperty("tree").EnumerateArray().ToDictionary(entry => entry.GetProperty("path").GetString()!, Recorded);
        var path = line.Text("path")!;
        var found = new SortedDictionary<string, Entry>();
        var root = path.StartsWith('/') ? path : $"/sys/devices/system/{path}";
        if (tree.Find(root) is { IsOk: true } node)
            Walk(root, node.Value, (int)(line.Number64("depth") ?? int.MaxValue), found);
        foreach (var name in expected.Keys.Union(found.Keys).Order(StringComparer.Ordinal))
        {
            if (!found.TryGetValue(name, out var got))
                yield return $"{name} is missing";
            else if (!expected.TryGetValue(name, out var wanted))
                yield return $"{name} is unexpected";
            else if (got != wanted)
                yield return $"{name}: got {got}, expected {wanted}";
        }
    }

    private static Entry Recorded(JsonElement entry)
    {
        var name = entry.GetProperty("path").GetString()!;
        var content = Member(entry, "target") ?? Member(entry, "open_err") ?? Member(entry, "read_err") ?? Member(entry, "data");
        return new Entry(
            entry.GetProperty("type").GetString()!, entry.GetProperty("mode").GetString()!,
            entry.GetProperty("size").GetInt64(), entry.GetProperty("nlink").GetInt64(), IsPerBoot(name) && content is not null ? LastNumberOfALine.Replace(content, "#") : content);
    }

    private static string? Member(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool IsPerBoot(string path) => PerBoot.Contains(path[(path.LastIndexOf('/') + 1)..]);

    private void Walk(string path, NodeId node, int depth, SortedDictionary<string, Entry> found)
    {
        var attributes = tree.GetAttributes(node).Value;
        var type = attributes.Mode & Abi.FileMode.TypeMask;
        var mode = "0" + Convert.ToString(attributes.Mode & Abi.FileMode.PermissionMask, 8).PadLeft(3, '0');
        found[path] = new Entry(Letter(type), mode, attributes.Size, attributes.LinkCount, Content(path, node, attributes));
        if (type != Abi.FileMode.Directory || depth == 0)
            return;
        var children = new Children();
        tree.ReadDirectory(node, 0, children);
        foreach (var (name, id) in children.Entries)
            Walk($"{path}/{name}", id, depth - 1, found);
    }

    private static string Letter(uint type) => type switch { Abi.FileMode.Directory => "d", Abi.FileMode.Link => "l", _ => "f" };

    /// <summary>The target of a link, the text of a file; none for directories and for files that nobody may read.</summary>
    private string? Content(string path, NodeId node, in NodeAttributes attributes)
    {
        var text = new TextBuffer();
        if ((attributes.Mode & Abi.FileMode.TypeMask) == Abi.FileMode.Link)
            return tree.ReadLink(node, text).IsOk ? text.ToString() : null;
        if ((attributes.Mode & Abi.FileMode.TypeMask) == Abi.FileMode.Directory || (attributes.Mode & Abi.FileMode.AnyRead) == 0)
            return null;
        var file = tree.Open(node, OpenFlags.ReadOnly).Value;
        var buffer = new byte[65536];
        var read = file.Read(0, buffer);
        tree.Release(file);
        if (!read.IsOk)
            return read.Error.Name();
        var content = Encoding.Latin1.GetString(buffer, 0, read.Value);
        return IsPerBoot(path) ? LastNumberOfALine.Replace(content, "#") : content;
    }

    private sealed class Children : IDirectorySink
    {
        public List<(string Name, NodeId Id)> Entries { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            var text = Encoding.UTF8.GetString(name);
            if (text is not ("." or ".."))
                Entries.Add((text, id));
            return true;
        }
    }
}
