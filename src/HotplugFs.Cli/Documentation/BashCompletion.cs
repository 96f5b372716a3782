using System.CommandLine;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Documentation;

/// <summary>
/// The bash completion script, generated from the subcommands and options. The script does not run the program while the user types. The
/// <c>[suggest]</c> directive of System.CommandLine is not used, because it offers neither files nor the value of <c>--option=value</c>.
/// </summary>
internal static class BashCompletion
{
    private const string Head =
        $$"""
        # shellcheck shell=bash
        # Bash completion for hotplugfs, written by hotplugfs --bash-completion.

        # words WORD ..: offers the matching words. No blank follows a word that ends with =.
        _hotplugfs_words() {
            mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word")
            [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace 2> /dev/null
        }

        # files WORD ..: offers the matching words and files.
        _hotplugfs_files() {
            mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word"; compgen -f -- "$word")
            compopt -o filenames 2> /dev/null
        }

        _hotplugfs_directories() {
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            compopt -o filenames 2> /dev/null
        }

        # machines: offers the mount points of machines, or directories if none matches.
        _hotplugfs_machines() {
            local fields
            while read -r -a fields; do
                if [[ " ${fields[*]} " == *" - {{MountEntry.HotplugFsType}} "* ]]; then
                    printf -v fields[4] %b "${fields[4]}"
                    [[ ${fields[4]} != "$word"* ]] || COMPREPLY+=("${fields[4]}")
                fi
            done < /proc/self/mountinfo
            if [ ${#COMPREPLY[@]} -eq 0 ]; then
                _hotplugfs_directories
            else
                compopt -o filenames 2> /dev/null
            fi
        }

        # dimms: offers the DIMMs of the named machine, or those of $HOTPLUGFS and the mount points of machines.
        _hotplugfs_dimms() {
            local machine=${HOTPLUGFS:-} dimm
            [ "$COMP_CWORD" -eq 2 ] || machine=${COMP_WORDS[2]}
            for dimm in "$machine"/hotplugfs/dimms/*/; do
                dimm=${dimm%/}
                dimm=${dimm##*/}
                [[ $dimm == '*' || $dimm != "$word"* ]] || COMPREPLY+=("$dimm")
            done
            [ "$COMP_CWORD" -ne 2 ] || _hotplugfs_machines
        }

        # checkpoints: offers those of the named machine, or those of $HOTPLUGFS and the mount points of machines.
        _hotplugfs_checkpoints() {
            local machine=${HOTPLUGFS:-}
            [ "$COMP_CWORD" -eq 2 ] || machine=${COMP_WORDS[2]}
            [ ! -r "$machine/hotplugfs/checkpoint" ] ||
                mapfile -t COMPREPLY < <(compgen -W "$(cat "$machine/hotplugfs/checkpoint")" -- "$word")
            [ "$COMP_CWORD" -ne 2 ] || _hotplugfs_machines
        }

        # list WORD ..: completes the last word of a comma-separated list, without repeating a word.
        _hotplugfs_list() {
            local before= left= each
            [[ $word != *,* ]] || before=${word%,*},
            for each; do
                [[ ,$before == *",$each,"* ]] || left+=" $each"
            done
            mapfile -t COMPREPLY < <(compgen -P "$before" -W "$left" -- "${word##*,}")
            compopt -o nospace 2> /dev/null
        }

        # command INDEX: completes a command line that begins at that word.
        _hotplugfs_command() {
            if declare -F _command_offset > /dev/null; then
                _command_offset "$1"
            elif [ "$COMP_CWORD" -eq "$1" ]; then
                mapfile -t COMPREPLY < <(compgen -c -- "$word")
            else
                _hotplugfs_files
            fi
        }

        _hotplugfs() {
            local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} subcommand=${COMP_WORDS[1]} i
            COMPREPLY=()
            # Bash splits --option=word into three words.
            if [ "$word" = = ]; then
                word=
            elif [ "$before" = = ]; then
                before=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 2; i < COMP_CWORD; i++)); do
                if [ "${COMP_WORDS[i]}" = -- ]; then
                    [ "$subcommand" != {{SubcommandNames.Run}} ] || _hotplugfs_command $((i + 1))
                    return
                fi
            done

        """;

    private const string Tail =
        """
        }

        complete -F _hotplugfs hotplugfs

        """;

    /// <summary>Writes the script.</summary>
    /// <param name="program">The root command.</param>
    public static void Write(Command program, TextWriter output)
    {
        var names = program.Subcommands.Select(subcommand => subcommand.Name)
            .Concat(program.ShownOptions().SelectMany(CommandModel.Names));
        List<string> lines = ["if [ \"$COMP_CWORD\" -eq 1 ]; then"];
        lines.Add($"    _hotplugfs_words {string.Join(' ', names.Select(Quote))}");
        lines.Add("    return");
        lines.Add("fi");
        lines.Add("case \"$subcommand $before\" in");
        foreach (var subcommand in program.Subcommands)
        {
            foreach (var option in subcommand.ShownOptions().Where(option => option.ValueName() is not null))
            {
                var patterns = option.Names().Select(name => $"'{subcommand.Name} {name}'");
                lines.AddRange(Case(string.Join(" | ", patterns), Complete(option.ValueName()!), ends: true));
            }
        }
        lines.Add("esac");
        lines.Add("case \"$subcommand $word\" in");
        foreach (var subcommand in program.Subcommands)
        {
            var options = subcommand.ShownOptions().SelectMany(CommandModel.Names).Select(Quote);
            lines.AddRange(Case($"'{subcommand.Name} -'*", $"_hotplugfs_words {string.Join(' ', options)}"));
            foreach (var argument in subcommand.Arguments.Take(1))
            {
                var completion = subcommand.Name == SubcommandNames.Mount ? "_hotplugfs_directories" : Complete(argument.Name);
                lines.AddRange(Case($"'{subcommand.Name} '*", completion));
            }
        }
        lines.Add("esac");
        output.Write(Head);
        foreach (var line in lines)
            output.Write($"    {line}\n");
        output.Write(Tail);
    }

    private static IEnumerable<string> Case(string pattern, string command, bool ends = false) =>
        [$"    {pattern})", $"        {command}", .. ends ? new[] { "        return" } : [], "        ;;"];

    private static string Complete(string value)
    {
        var (function, words) = CompletionValues.Of(value);
        return string.Join(' ', words.Select(Quote).Prepend($"_hotplugfs_{function}"));
    }

    private static string Quote(string word) => $"'{word}'";
}
