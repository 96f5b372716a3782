using HotplugFs.Cli.Documentation;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Tests;

/// <summary>The format of machine files is documented from the table by which they are read.</summary>
public sealed class MachineManualTests
{
    private static string Write(Action<TextWriter> write)
    {
        using var text = new StringWriter();
        write(text);
        return text.ToString();
    }

    /// <summary>To make it again: <c>scripts/hotplugfs --machine-document > docs/machine.md</c>.</summary>
    [Test]
    public void Document_IsFresh() => Assert.That(
        Write(MachineManual.WriteMarkdown),
        Is.EqualTo(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", "docs", "machine.md"))));

    [Test]
    public void ManPage_HasEverySectionAndKey()
    {
        var page = Write(MachineManual.WriteManPage).Replace(@"\-", "-");
        foreach (var section in MachineFileKinds.Sections)
            foreach (var key in section.Keys)
                Assert.That(page, Does.Contain($@"\fB{key.Name}\fR = "), section.Name);
    }

    [Test]
    public void NewMachine_OfEverySize_Boots(
        [Values(1, 2, 5)] int nodes, [Values("128M", "1G", "4G")] string block, [Values(1, 3, 40)] int blocks, [Values("3.8", "6.12")] string kernel)
    {
        Assert.That(ByteSize.TryParse(block, out var size));
        var text = new NewMachineFile
        {
            Kernel = kernel,
            Nodes = nodes,
            BlockSizeBytes = size,
            MemoryBytes = blocks * size,
            DimmBytes = size,
        }.Write();
        var machine = MachineFile.Parse("new.toml", "new", text);
        Assert.That(machine.Definition.Memory.Sum(range => range.Count), Is.EqualTo(nodes * blocks), text);
        Assert.That(machine.Kernel, Is.EqualTo(kernel));
    }
}
