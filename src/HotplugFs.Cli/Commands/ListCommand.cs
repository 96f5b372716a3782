using System.CommandLine;
using System.Text.Json;
using HotplugFs.Cli.Fleet;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs list</c>: the machines that this user has mounted.</summary>
internal static class ListCommand
{
    /// <summary>Composes the subcommand.</summary>
    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON" };
        var command = new Command(SubcommandNames.List, "List the machines that you have mounted: directory, machine, kernel, blocks, daemon")
        {
            json,
        };
        Examples.AddTo(command, "hotplugfs list", "hotplugfs list --json");
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var machines = MountedMachine.FindAll();
            if (parsed.GetValue(json))
                output.WriteLine(Json(machines));
            else
                WriteLines(machines, output);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void WriteLines(IReadOnlyList<MountedMachine> machines, TextWriter output)
    {
        string[][] rows =
        [
            ["DIRECTORY", "MACHINE", "KERNEL", "BLOCKS", "DAEMON"],
            .. machines.Select(each => each.Problem is { } problem
                ? (string[])[each.Directory, problem]
                : [each.Directory, each.Name!, each.Kernel!, $"{each.Blocks}", $"{each.Daemon}"]),
        ];
        if (machines.Count == 0)
            return;
        int[] widths = [.. rows[0].Select((_, column) => rows.Where(row => row.Length > 2 && column < row.Length).Max(row => row[column].Length))];
        widths[0] = rows.Max(row => row[0].Length);
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((word, column) => column == row.Length - 1 ? word : word.PadRight(widths[column]))));
    }

    private static string Json(IReadOnlyList<MountedMachine> machines)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var machine in machines)
            {
                writer.WriteStartObject();
                writer.WriteString("directory", machine.Directory);
                if (machine.Problem is { } problem)
                {
                    writer.WriteString("problem", problem);
                }
                else
                {
                    writer.WriteString("machine", machine.Name);
                    writer.WriteString("kernel", machine.Kernel);
                    writer.WriteNumber("blocks", machine.Blocks);
                    writer.WriteNumber("daemon", machine.Daemon);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
