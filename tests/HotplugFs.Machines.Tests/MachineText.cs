using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>A small machine file that is right; a test names only the lines that matter to it.</summary>
internal static class MachineText
{
    public const string Top = "block_size = \"128M\"\n";
    public const string Node = "[[node]]\nnumber = 0\n";
    public const string Memory = "[[memory]]\nnode = 0\nblocks = \"0-1\"\nzone = \"DMA32\"\n";

    /// <summary>The machine with a part in place of the usual one.</summary>
    public static string With(string? top = null, string? node = null, string? memory = null, string more = "") =>
        (top ?? Top) + (node ?? Node) + (memory ?? Memory) + more;

    public static NamedMachine Parse(string text) => MachineFile.Parse("machine.toml", "machine", text);

    /// <summary>What is said about a wrong file.</summary>
    public static string Refusal(string text) => Assert.Throws<MachineFileException>(() => Parse(text))!.Message;

    public static Machine Boot(NamedMachine machine) => new(machine.Definition, KernelCatalogue.Get(machine.Kernel).Rules);
}
