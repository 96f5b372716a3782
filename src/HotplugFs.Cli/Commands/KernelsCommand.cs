using System.CommandLine;
using System.Text.Json;
using HotplugFs.Cli.Terminals;
using HotplugFs.Kernels;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs kernels</c>: lists the kernels that can be simulated, one a line.</summary>
internal static class KernelsCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON, with the features of each kernel, their releases and their sources" };
        var command = new Command(SubcommandNames.Kernels,
            "List the kernels: those that were recorded, the versions between them at which something changed, and distributions")
        {
            json,
        };
        Examples.AddTo(command, "hotplugfs kernels", "hotplugfs kernels --json");
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.Write(JsonText.WriteArray(KernelCatalogue.Listed, Write));
            else
                WriteLines(output);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void WriteLines(TextWriter output)
    {
        var width = KernelCatalogue.Listed.Max(kernel => kernel.SelectedName.Length);
        foreach (var kernel in KernelCatalogue.Listed)
            output.WriteLine($"{kernel.SelectedName.PadRight(width)}  {Text(kernel)}");
    }

    /// <summary>The line of a kernel without its name.</summary>
    private static string Text(Kernel kernel) => KernelCatalogue.Recording(kernel.Name) is { } recording
        ? kernel.Note?[(kernel.SelectedName.Length + 2)..] ?? (kernel.Distribution is null ? recording : kernel.Name)
        : kernel.Note![(kernel.SelectedName.Length + 2)..];

    private static void Write(Utf8JsonWriter writer, Kernel kernel)
    {
        writer.WriteString("name", kernel.SelectedName);
        writer.WriteString("version", kernel.Name);
        writer.WriteBoolean("recorded", KernelCatalogue.Recording(kernel.Name) is not null);
        writer.WriteString("text", Text(kernel));
        writer.WriteStartArray("features");
        foreach (var feature in KernelCatalogue.Features(kernel.Name))
        {
            writer.WriteStartObject();
            writer.WriteString("what", feature.What);
            writer.WriteString("releases", feature.Releases);
            writer.WriteString("source", feature.Source);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
