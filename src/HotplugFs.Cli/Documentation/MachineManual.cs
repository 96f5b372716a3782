using HotplugFs.Machines.Files;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Cli.Documentation;

/// <summary>The format of machine files, from the table by which they are read: docs/machine.md and the manual page hotplugfs-machine(5).</summary>
internal static class MachineManual
{
    private const int FileFormats = 5;

    private const string Introduction = "A machine file is TOML. The keys before the first section describe the machine and its kernel; then "
        + "each part of the machine has a section. hotplugfs machine new prints a file to begin with, hotplugfs machine check finds what is wrong "
        + "with one, and DIR/hotplugfs/machine is the file of any mounted machine in its present state.";

    private const string Saved = "Keys whose meaning begins with \"saved\" are written by DIR/hotplugfs/machine, and are not needed in a new file.";

    private static readonly string[] Example =
    [
        "block_size = \"128M\"",
        "kernel = \"6.12\"",
        "[[node]]",
        "number = 0",
        "cpus = \"0\"",
        "[[memory]]",
        "node = 0",
        "blocks = \"0-7\"",
        "zone = \"DMA32\"",
        "[[dimm]]",
        "id = \"dimm0\"",
        "node = 0",
        "size = \"512M\"",
        "[[load]]",
        "id = \"app\"",
        "size = \"300M\"",
    ];

    /// <summary>Writes docs/machine.md.</summary>
    public static void WriteMarkdown(TextWriter output)
    {
        output.Write($"""
            # Machine files

            {Wrap(Introduction)}

                {string.Join("\n    ", Example)}

            {Wrap(Saved)} This document is made by
            `hotplugfs --machine-document` from the table by which files are read.

            """);
        foreach (var section in MachineFileKinds.Sections)
        {
            output.Write($"\n## {Title(section)}\n\n{section.Meaning}.\n\n| key | example | meaning |\n| --- | --- | --- |\n");
            foreach (var key in section.Keys)
                output.Write($"| `{key.Name}` | `{key.Form}` | {key.Meaning} |\n");
        }
    }

    /// <summary>Writes hotplugfs-machine(5).</summary>
    public static void WriteManPage(TextWriter output)
    {
        var page = new Roff(output);
        var built = DateOnly.FromDateTime(File.GetLastWriteTimeUtc(Environment.ProcessPath!));
        page.Title($"{CommandModel.Program}-machine", FileFormats, built, $"{CommandModel.Program} {CommandModel.Version}", "File Formats");
        page.Section("NAME");
        page.Paragraph($@"{CommandModel.Program}\-machine \- machines that {CommandModel.Program} simulates");
        page.Section("DESCRIPTION");
        page.Paragraph(Roff.Text(Introduction));
        page.Paragraph(Roff.Text(Saved));
        foreach (var section in MachineFileKinds.Sections)
        {
            page.Section(Title(section).ToUpperInvariant());
            page.Paragraph(Roff.Text($"{section.Meaning}."));
            foreach (var key in section.Keys)
                page.Item($"{Roff.Bold(key.Name)} = {Roff.Text(key.Form)}", $"{char.ToUpperInvariant(key.Meaning[0])}{key.Meaning[1..]}.");
        }
        page.Section("EXAMPLES");
        page.Example(Example);
        page.Section("SEE ALSO");
        page.Paragraph($"{Roff.Bold(CommandModel.Program)}(8)");
    }

    private static string Title(SectionKind section) => section.Name.Length == 0 ? "Before the first section" : $"[[{section.Name}]]";

    private static string Wrap(string text) => string.Join('\n', Terminals.Prose.Wrap(text, 140));
}
