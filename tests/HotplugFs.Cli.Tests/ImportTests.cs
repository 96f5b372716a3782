using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace HotplugFs.Cli.Tests;

/// <summary><c>hotplugfs import</c>: dumps in directories and compressed archives, and what is wrong with some.</summary>
public sealed class ImportTests
{
    private const string Memory = "host/sys/devices/system/memory";
    private string _folder = "";

    private static readonly string[] Blocks = ["memory0", "memory1", "memory2"];

    [SetUp]
    public void MakeDump()
    {
        _folder = Directory.CreateTempSubdirectory("import-").FullName;
        Write($"{Memory}/block_size_bytes", "8000000\n");
        Write("host/proc/version", "Linux version 6.12.30 (x86_64)\n");
        foreach (var block in Blocks)
        {
            Write($"{Memory}/{block}/state", "online\n");
            Write($"{Memory}/{block}/online", "1\n");
            Write($"{Memory}/{block}/valid_zones", "DMA32\n");
            Directory.CreateSymbolicLink(At($"{Memory}/{block}/node0"), "../../node/node0");
        }
    }

    [TearDown]
    public void RemoveDump() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Combine(_folder, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private static (int Status, string Output, string Error) Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(["import", .. args], output, error), output.ToString(), error.ToString());
    }

    [Test]
    public void Import_DirectoryAnywhere_WritesTheMachine()
    {
        var (status, output, error) = Run(_folder);
        Assert.That(status, Is.Zero);
        Assert.That(output, Does.Contain("kernel = \"6.12\"").And.Contain("blocks = \"0-2\"\nzone = \"DMA32\"\n"));
        Assert.That(error, Does.Contain("there are no CPUs"));
        Assert.That(Run(At(Memory)).Output, Does.Contain("blocks = \"0-2\""), "the memory folder alone");
        Assert.That(Run("--strict", _folder).Status, Is.EqualTo(1));
    }

    [TestCase("gzip")]
    [TestCase("bzip2")]
    [TestCase("xz")]
    public void Import_CompressedArchive_IsThatOfItsDirectory(string program)
    {
        var archive = At("dump");
        TarFile.CreateFromDirectory(At("host"), archive, includeBaseDirectory: true);
        if (program == "gzip")
        {
            using var packed = new GZipStream(File.Create(archive + ".gz"), CompressionMode.Compress);
            packed.Write(File.ReadAllBytes(archive));
        }
        else
        {
            using var process = Process.Start(program, [archive]);
            process.WaitForExit();
            File.Move(archive + (program == "xz" ? ".xz" : ".bz2"), archive + ".gz");
        }
        Assert.That(Run(archive + ".gz").Output.Split('\n')[1..], Is.EqualTo(Run(At("host")).Output.Split('\n')[1..]));
    }

    [Test]
    public void Import_LinksAndFifos_AreNotFollowed()
    {
        Write("secret", "offline\n");
        File.Delete(At($"{Memory}/memory1/state"));
        File.CreateSymbolicLink(At($"{Memory}/memory1/state"), At("secret"));
        Directory.CreateSymbolicLink(At($"{Memory}/memory7"), "/");
        Directory.CreateSymbolicLink(At($"{Memory}/memory8"), "memory8");
        File.Delete(At($"{Memory}/memory2/state"));
        Assert.That(Linux.SysStat.MkFifo(At($"{Memory}/memory2/state"), 0x1b6).IsOk);
        var (status, output, error) = Run(_folder);
        Assert.That(status, Is.Zero);
        Assert.That(output, Does.Not.Contain("offline\"\n\n"));
        Assert.That(error, Does.Contain("memory1 and 1 more: no state that is known").And.Contain("memory7 and 1 more: it is empty or no directory"));
    }

    [Test]
    public void Import_Nothing_IsRefused()
    {
        Directory.CreateDirectory(At("empty"));
        Assert.That(Run(At("empty")),
            Is.EqualTo((1, "", $"hotplugfs: {At("empty")}: this directory has no sys/devices/system/memory, nor a copy of that folder\n")));
        Assert.That(Run(At("nowhere")).Error, Does.Contain("there is no such file or directory"));
        File.WriteAllBytes(At("half.gz"), [0x1f, 0x8b, 8, 0, 0]);
        Assert.That(Run(At("half.gz")).Status, Is.EqualTo(1));
    }
}
