using HotplugFs.Machines.Recordings;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>
/// Loads machines by name: a preset, a machine file (TOML; see the presets for examples), or a recording of a real kernel
/// (<c>*.jsonl</c>), whose first line describes the machine.
/// </summary>
public static class MachineFile
{
    /// <summary>The greatest length of a machine file, and of the first line of a recording, in bytes.</summary>
    public const int LengthMax = 32 << 20;

    private const string PresetPrefix = "presets/";
    private const string PresetSuffix = ".toml";

    private static readonly Lazy<string[]> PresetNames = new(() =>
    [
        .. typeof(MachineFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(PresetPrefix, StringComparison.Ordinal))
            .Select(name => name[PresetPrefix.Length..^PresetSuffix.Length])
            .Order(StringComparer.Ordinal),
    ]);

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyList<string> Presets => PresetNames.Value;

    /// <summary>True for the name of a preset.</summary>
    public static bool IsPreset(string name) => typeof(MachineFile).Assembly.GetManifestResourceInfo(ResourceOf(name)) is not null;

    /// <summary>The first sentence of a preset, which states what it is.</summary>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    public static string Describe(string preset)
    {
        using var stream = typeof(MachineFile).Assembly.GetManifestResourceStream(ResourceOf(preset))!;
        var comment = ReadText(preset, stream).Split('\n').TakeWhile(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' '));
        return string.Join(' ', comment).Split(". ")[0].TrimEnd('.');
    }

    /// <summary>Loads the machine that the user names.</summary>
    /// <param name="nameOrPath">The name of a preset, or the path of a machine file or of a recording.</param>
    /// <param name="kernel">The kernel to simulate instead of that of a recording.</param>
    /// <exception cref="MachineFileException">There is no such preset or file, or it is invalid.</exception>
    public static NamedMachine Load(string nameOrPath, string? kernel = null)
    {
        using (var preset = typeof(MachineFile).Assembly.GetManifestResourceStream(ResourceOf(nameOrPath)))
        {
            if (preset is not null)
                return Parse(nameOrPath, nameOrPath, ReadText(nameOrPath, preset));
        }
        if (!File.Exists(nameOrPath))
            throw NotThere(nameOrPath);
        try
        {
            using var stream = File.OpenRead(nameOrPath);
            return nameOrPath.EndsWith(".jsonl", StringComparison.Ordinal)
                ? RecordingMachine.Make(nameOrPath, RecordingHeader.Parse(nameOrPath, ReadText(nameOrPath, stream, '\n')), kernel)
                : Parse(nameOrPath, Path.GetFileNameWithoutExtension(nameOrPath), ReadText(nameOrPath, stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MachineFileException(nameOrPath, 0, $"it cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads a machine file.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="name">The machine's name.</param>
    /// <param name="text">TOML.</param>
    /// <exception cref="MachineFileException">The file is invalid.</exception>
    public static NamedMachine Parse(string file, string name, string text) => new MachineFileReader(file).Read(name, text);

    /// <summary>Returns the text of a machine file that <see cref="Load"/> reads.</summary>
    public static string Write(NamedMachine machine) => new MachineFileWriter().Write(machine);

    private static string ResourceOf(string preset) => $"{PresetPrefix}{preset}{PresetSuffix}";

    private static MachineFileException NotThere(string nameOrPath)
    {
        if (Directory.Exists(nameOrPath))
            return new MachineFileException(nameOrPath, 0, "this is a directory; name a machine file, a recording or a preset");
        var looksLikeFile = nameOrPath.Contains('/', StringComparison.Ordinal) || Path.HasExtension(nameOrPath);
        return new MachineFileException(nameOrPath, 0, looksLikeFile
            ? "there is no such file"
            : $"no preset or file has this name{Nearest.Hint(nameOrPath, [.. Presets])}");
    }

    /// <summary>
    /// Reads up to the first such character or the end, within the limit: a recording can be large, and a device endless.
    /// </summary>
    internal static string ReadText(string file, Stream stream, char? end = null)
    {
        var text = new MemoryStream();
        var buffer = new byte[1 << 14];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            var wanted = end is { } stop ? buffer.AsSpan(0, count).IndexOf((byte)stop) : -1;
            text.Write(buffer, 0, wanted < 0 ? count : wanted);
            if (text.Length > LengthMax)
                throw new MachineFileException(file, 0, $"the machine is longer than {LengthMax >> 20} MiB");
            if (wanted >= 0)
                break;
        }
        return Decode(file, text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private static string Decode(string file, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var line = 1;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            if (!System.Text.Unicode.Utf8.IsValid(bytes[range]))
                break;
            line++;
        }
        throw new MachineFileException(file, line, "this is not UTF-8");
    }
}
