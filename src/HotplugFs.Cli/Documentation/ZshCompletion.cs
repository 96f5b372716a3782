using System.CommandLine;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Documentation;

/// <summary>The completion script for zsh, generated from the subcommands and options. It does not run the program while the user types.</summary>
internal static class ZshCompletion
{
    private const string Head =
        $$"""
        #compdef hotplugfs
        # Completion for zsh, written by hotplugfs --zsh-completion.

        # Offers the mount points of machines, or directories if none matches.
        _hotplugfs_machines() {
            local -a machines
            machines=(${(f)"$(sed -n 's/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .* - {{MountEntry.HotplugFsType}} .*/\1/p' /proc/self/mountinfo)"})
            compadd -f -- ${(g::)machines} || _directories
        }

        # Offers the DIMMs of the named machine, or those of $HOTPLUGFS.
        _hotplugfs_dimms() {
            local machine=${HOTPLUGFS:-}
            # The subcommand is the first word here.
            (( CURRENT == 2 )) || machine=$words[2]
            compadd -- ${machine:+$machine/hotplugfs/dimms/*(/N:t)}
            (( CURRENT > 2 )) || _hotplugfs_machines
        }

        # Offers the checkpoints of the named machine, or those of $HOTPLUGFS.
        _hotplugfs_checkpoints() {
            local machine=${HOTPLUGFS:-}
            (( CURRENT == 2 )) || machine=$words[2]
            [[ ! -r $machine/hotplugfs/checkpoint ]] || compadd -- ${(f)"$(< $machine/hotplugfs/checkpoint)"}
            (( CURRENT > 2 )) || _hotplugfs_machines
        }

        # Offers files and words.
        _hotplugfs_files() {
            compadd -- "$@"
            _files
        }


        """;

    /// <summary>Writes the script.</summary>
    /// <param name="program">The root command.</param>
    public static void Write(Command program, TextWriter output)
    {
        output.Write(Head);
        output.Write("_hotplugfs() {\n    local -a subcommands\n    subcommands=(\n");
        foreach (var subcommand in program.Subcommands)
            output.Write($"        {Quote($"{subcommand.Name}:{subcommand.Description}")}\n");
        output.Write("    )\n    if (( CURRENT == 2 )); then\n        _describe -t commands subcommand subcommands\n        compadd -- ");
        output.Write($"{string.Join(' ', program.ShownOptions().SelectMany(CommandModel.Names).Select(Quote))}\n        return\n    fi\n");
        output.Write("    case $words[2] in\n");
        foreach (var subcommand in program.Subcommands)
            WriteCase(subcommand, output);
        output.Write("    esac\n}\n\n_hotplugfs \"$@\"\n");
    }

    private static void WriteCase(Command subcommand, TextWriter output)
    {
        output.Write($"        {subcommand.Name})\n            (( CURRENT-- ))\n            shift words\n            _arguments -s \\\n");
        foreach (var option in subcommand.ShownOptions())
            foreach (var name in option.Names())
                output.Write($"                {Quote($"*{name}[{Escape(option.Description ?? "")}]{Value(option)}")} \\\n");
        foreach (var argument in subcommand.Arguments.Take(1))
        {
            var action = subcommand.Name switch
            {
                SubcommandNames.Mount => "_directories",
                SubcommandNames.Run => "_normal",
                _ => Action(argument.Name),
            };
            output.Write($"                {Quote($"*:{Escape(argument.Name)}:{action}")}\n");
        }
        output.Write(subcommand.Arguments.Count == 0 ? "                && return\n            ;;\n" : "            ;;\n");
    }

    private static string Value(Option option) =>
        option.ValueName() is { } value ? $":{Escape(value)}:{Action(value)}" : "";

    private static string Action(string value)
    {
        var (function, words) = CompletionValues.Of(value);
        return function switch
        {
            "words" => $"({string.Join(' ', words)})",
            "list" => $"_sequence compadd - {string.Join(' ', words)}",
            "files" => $"_hotplugfs_files {string.Join(' ', words)}".TrimEnd(),
            _ => $"_hotplugfs_{function}",
        };
    }

    /// <summary>Escapes what separates the parts of a specification.</summary>
    private static string Escape(string text) => text.Replace(":", "\\:", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
