using System.Runtime.InteropServices;
using HotplugFs.Machines.Dumps;
using static HotplugFs.Linux.Fcntl;
using static HotplugFs.Linux.SysStat;

namespace HotplugFs.Cli.Importing;

/// <summary>A dump in a directory, or the live machine. It is only read; links are read and not followed, so nothing outside is.</summary>
internal sealed class DirectoryDump : IDump
{
    private const int DepthMax = 8;
    private const int DirectoriesMax = 20_000;

    /// <summary>The directory of the dump that stands for a directory of the machine.</summary>
    private readonly string _directory;

    /// <summary>The path of the machine's directory, with a slash at the end; empty for the root.</summary>
    private readonly string _stands;

    private readonly Dictionary<string, bool> _isDirectory = [];

    private DirectoryDump(string directory, string stands) => (_directory, _stands) = (directory, stands);

    /// <summary>Finds the machine's files in a directory, wherever they are.</summary>
    /// <returns>The dump, or null if the directory has none.</returns>
    public static DirectoryDump? Find(string directory)
    {
        var queue = new Queue<(string Path, int Depth)>([(directory, 0)]);
        for (var seen = 0; queue.TryDequeue(out var next) && seen < DirectoriesMax; seen++)
        {
            if (At(next.Path) is { } found)
                return found;
            if (next.Depth == DepthMax)
                continue;
            foreach (var name in Names(next.Path).Order(StringComparer.Ordinal))
                if (IsPlainDirectory($"{next.Path}/{name}"))
                    queue.Enqueue(($"{next.Path}/{name}", next.Depth + 1));
        }
        return null;
    }

    /// <summary>Returns a dump of only <c>sys</c>, which may be reached by links.</summary>
    /// <param name="directory">The directory that stands for <c>/sys</c>.</param>
    /// <returns>The dump, or null if the directory has no memory blocks.</returns>
    public static DirectoryDump? OfSys(string directory) =>
        IsPlainDirectory($"{directory}/devices/system/memory") ? new DirectoryDump(directory, "sys/") : null;

    /// <inheritdoc/>
    public string? Read(string path)
    {
        // The live machine's architecture is that of this program.
        if (path == DumpPaths.Uname && _directory.Length == 0)
            return RuntimeInformation.OSArchitecture == Architecture.X64 ? "x86_64" : $"{RuntimeInformation.OSArchitecture}".ToLowerInvariant();
        if (PathOf(path) is not { } file || !HasPlainParents(file)
            || !Open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC).TryGet(out var descriptor, out _))
            return null;
        try
        {
            // A FIFO would wait, and a device could do anything.
            if (FStatx(descriptor) is not { IsOk: true, Value.Mode: var mode } || (mode & ModeBits.TypeMask) != ModeBits.Regular)
                return null;
            return ReadText(descriptor);
        }
        finally
        {
            _ = Unistd.Close(descriptor);
        }
    }

    /// <inheritdoc/>
    public string? ReadLink(string path)
    {
        Span<byte> target = stackalloc byte[LinuxLimits.PATH_MAX];
        return PathOf(path) is { } link && HasPlainParents(link) && Unistd.ReadLink(link, target).TryGet(out var length, out _)
            ? Encoding.UTF8.GetString(target[..length])
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> List(string path) =>
        PathOf(path) is { } directory && HasPlainParents($"{directory}/") ? Names(directory) : [];

    private static DirectoryDump? At(string directory)
    {
        if (IsPlainDirectory($"{directory}/{DumpPaths.Memory}"))
            return new DirectoryDump(directory, "");
        if (IsPlainDirectory($"{directory}/devices/system/memory"))
            return new DirectoryDump(directory, "sys/");
        foreach (var memory in (string[])[directory, $"{directory}/memory"])
            if (Statx($"{memory}/block_size_bytes", AT_SYMLINK_NOFOLLOW).IsOk)
                return new DirectoryDump(memory, DumpPaths.Memory + "/");
        return null;
    }

    private static bool IsPlainDirectory(string path) =>
        Statx(path, AT_SYMLINK_NOFOLLOW) is { IsOk: true, Value.Mode: var mode } && (mode & ModeBits.TypeMask) == ModeBits.Directory;

    private static string[] Names(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? ReadText(int descriptor)
    {
        var text = new MemoryStream();
        Span<byte> buffer = stackalloc byte[4096];
        while (text.Length < IDump.TextMax)
        {
            if (!Unistd.Read(descriptor, buffer).TryGet(out var count, out _))
                return null;
            if (count == 0)
                break;
            text.Write(buffer[..count]);
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).TrimEnd('\n');
    }

    private string? PathOf(string path) => $"{path}/".StartsWith(_stands, StringComparison.Ordinal)
        ? $"{_directory}/{(path.Length < _stands.Length ? "" : path[_stands.Length..])}"
        : null;

    /// <summary>True if no directory between the dump's and a file is a link.</summary>
    private bool HasPlainParents(string file)
    {
        var slash = file.LastIndexOf('/');
        if (slash <= _directory.Length)
            return true;
        var parent = file[..slash];
        if (!_isDirectory.TryGetValue(parent, out var isPlain))
            _isDirectory.Add(parent, isPlain = HasPlainParents(parent) && IsPlainDirectory(parent));
        return isPlain;
    }
}
