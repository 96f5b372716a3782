using System.Diagnostics;
using System.IO.Compression;
using HotplugFs.Machines;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Importing;

/// <summary>Finds out by the content what a machine is described by: a dump of a real machine, or a file that this program writes.</summary>
internal static class MachineSource
{
    private const int HeadBytes = 512;
    private const int TarMagicAt = 257;

    /// <summary>Loads the machine that the user names.</summary>
    /// <param name="kernel">The kernel to simulate instead of that of a recording or a dump.</param>
    /// <exception cref="MachineFileException">There is no such machine, or it is invalid.</exception>
    public static NamedMachine Load(string nameOrPath, string? kernel) =>
        IsDump(nameOrPath) ? Import(nameOrPath, kernel).Machine : MachineFile.Load(nameOrPath, kernel);

    /// <summary>Imports a dump, a recording or a machine file.</summary>
    /// <inheritdoc cref="Load"/>
    public static ImportedMachine Import(string path, string? kernel)
    {
        if (Directory.Exists(path))
        {
            var losses = new Losses();
            var dump = DirectoryDump.Find(path.Length > 1 ? path.TrimEnd('/') : "")
                ?? throw new MachineFileException(path, 0, "this directory has no sys/devices/system/memory, nor a copy of that folder");
            return DumpImport.Import(NameOf(path), dump, losses, kernel);
        }
        if (!File.Exists(path))
            throw new MachineFileException(path, 0, "there is no such file or directory");
        try
        {
            return ImportFile(path, kernel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new MachineFileException(path, 0, $"it cannot be read: {error.Message}");
        }
    }

    private static bool IsDump(string path)
    {
        if (MachineFile.IsPreset(path))
            return false;
        if (Directory.Exists(path))
            return true;
        try
        {
            using var file = File.OpenRead(path);
            var head = Head(file);
            return CompressionOf(head) is not null || IsTar(head) || LsmemText.IsLsmem(Encoding.Latin1.GetString(head));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // It is reported where it is read.
            return false;
        }
    }

    private static ImportedMachine ImportFile(string path, string? kernel)
    {
        string? program;
        using (var file = File.OpenRead(path))
            program = CompressionOf(Head(file));
        bool isTar;
        using (var plain = Open(path, program))
            isTar = IsTar(Head(plain));
        using var content = Open(path, program);
        return isTar
            ? DumpImport.ImportArchive(NameOf(path), content, kernel)
            : DumpImport.ImportText(NameOf(path), Text(path, content), kernel);
    }

    private static string NameOf(string path) => Path.GetFileName(Path.GetFullPath(path).TrimEnd('/')) is { Length: > 0 } name ? name : "machine";

    private static string Text(string path, Stream stream)
    {
        var bytes = new byte[MachineFile.LengthMax];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return length < bytes.Length || text.StartsWith('{')
            ? text
            : throw new MachineFileException(path, 0, $"it is longer than {MachineFile.LengthMax >> 20} MiB");
    }

    private static byte[] Head(Stream stream)
    {
        var head = new byte[HeadBytes];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static bool IsTar(ReadOnlySpan<byte> head) => head.Length > TarMagicAt && head[TarMagicAt..].StartsWith("ustar"u8);

    /// <summary>Returns the program that decompresses a file; null for one that is not compressed.</summary>
    private static string? CompressionOf(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "gzip"
        : head.StartsWith("BZh"u8) ? "bzip2"
        : head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz"
        : null;

    private static Stream Open(string path, string? program) => program switch
    {
        null => File.OpenRead(path),
        "gzip" => new GZipStream(File.OpenRead(path), CompressionMode.Decompress),
        _ => Decompress(path, program),
    };

    /// <summary>Lets the system's own program decompress: .NET has neither format.</summary>
    private static Stream Decompress(string path, string program)
    {
        try
        {
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            foreach (var argument in (string[])["-dc", "--", Path.GetFullPath(path)])
                start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            // It complains if not all of its output is read.
            process.BeginErrorReadLine();
            return process.StandardOutput.BaseStream;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new MachineFileException(path, 0, $"it is compressed with {program}, which is not installed");
        }
    }
}
