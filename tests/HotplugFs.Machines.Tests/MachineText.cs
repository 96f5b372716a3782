using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>A small valid machine file; a test gives only the lines that matter to it.</summary>
internal static class MachineText
{
    public const string Top = "block_size = \"128M\"\n";
    public const string Node = "[[node]]\nnumber = 0\n";
    public const string Memory = "[[memory]]\nnode = 0\nblocks = \"0-1\"\nzone = \"DMA32\"\n";

    /// <summary>Returns the machine file with some parts replaced.</summary>
    public static string With(string? top = null, string? node = null, string? memory = null, string more = "") =>
        (top ?? Top) + (node ?? Node) + (memory ?? Memory) + more;

    public static NamedMachine Parse(string text) => MachineFile.Parse("machine.toml", "machine", text);

    /// <summary>Returns the message about an invalid machine file.</summary>
    public static string Refusal(string text) => Assert.Throws<MachineFileException>(() => Parse(text))!.Message;

    /// <summary>Checks that a machine file is refused because of a line.</summary>
    public static void AssertRefused(string text, int line, string part)
    {
        var message = Refusal(text);
        Assert.That(message, Does.StartWith($"machine.toml:{line}: "));
        Assert.That(message, Does.Contain(part));
    }

    public static Machine Boot(NamedMachine machine) =>
        new(machine.Definition, KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture).Rules);
}
