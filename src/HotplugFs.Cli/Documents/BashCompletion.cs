using System.CommandLine;
using HotplugFs.Cli.Commands;
using HotplugFs.Fuse;
using HotplugFs.Machines;

namespace HotplugFs.Cli.Documents;

/// <summary>
/// The completion of the program in bash, made from the verbs and options as they are. It asks no program while a user types: what
/// <c>[suggest]</c> of System.CommandLine answers does not know files, and <c>--option=word</c> ends it.
/// </summary>
internal static class BashCompletion
{
    /// <summary>What can stand for a value, by the name that the help has for it: words, and a function of the script.</summary>
    private static readonly Dictionary<string, (string Function, IEnumerable<string> Words)> Values = new()
    {
        ["COMMAND"] = ("words", ["--"]),
        ["DIR"] = ("machines", []),
        ["[DIR] ID"] = ("dimms", []),
        ["FILE"] = ("files", []),
        ["RULES"] = ("files", []),
        ["TRACE"] = ("files", []),
        ["NAME|FILE"] = ("files", MachineFile.Presets),
        ["VERSION"] = ("words", KernelOption.Names),
        ["OPT,.."] = ("list",
            [MountOptions.AllowOtherWord, MountOptions.FastWord, MountOptions.DirectWord, MountOptions.ReadOnlyWord, MountOptions.SubtreePrefix]),
        ["ADDRESS"] = ("words", []),
        ["ID"] = ("words", []),
        ["N"] = ("words", []),
        ["SIZE"] = ("words", []),
    };

    private const string Head =
        $$"""
        # shellcheck shell=bash
        # Completion of hotplugfs in bash, which hotplugfs --bash-completion writes.

        # words WORD ..: those that fit. A word that ends with = goes on.
        _hotplugfs_words() {
            mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word")
            [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace 2> /dev/null
        }

        # files WORD ..: those, and files.
        _hotplugfs_files() {
            mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word"; compgen -f -- "$word")
            compopt -o filenames 2> /dev/null
        }

        _hotplugfs_directories() {
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            compopt -o filenames 2> /dev/null
        }

        # machines: where machines are mounted, or if none fits, directories.
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

        # dimms: those of the machine that is named, or of the one within which this shell runs; or another machine.
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

        # list WORD ..: the last one of several with commas in between, each of them once.
        _hotplugfs_list() {
            local before= left= each
            [[ $word != *,* ]] || before=${word%,*},
            for each; do
                [[ ,$before == *",$each,"* ]] || left+=" $each"
            done
            mapfile -t COMPREPLY < <(compgen -P "$before" -W "$left" -- "${word##*,}")
            compopt -o nospace 2> /dev/null
        }

        # command INDEX: a command that begins at that word, and its own words.
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
            local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} i
            COMPREPLY=()
            # Bash takes --option=word for three words.
            if [ "$word" = = ]; then
                word=
            elif [ "$before" = = ]; then
                before=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 2; i < COMP_CWORD; i++)); do
                if [ "${COMP_WORDS[i]}" = -- ]; then
                    [ "$verb" != {{RunCommand.Verb}} ] || _hotplugfs_command $((i + 1))
                    return
                fi
            done

        """;

    private const string Tail =
        """
        }

        complete -F _hotplugfs hotplugfs

        """;

    /// <summary>Writes it.</summary>
    /// <param name="program">The program with its verbs.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Command program, TextWriter output)
    {
        var verbs = program.Subcommands.Select(verb => verb.Name);
        List<string> lines = ["if [ \"$COMP_CWORD\" -eq 1 ]; then"];
        lines.Add($"    _hotplugfs_words {string.Join(' ', verbs.Concat(program.ShownOptions().SelectMany(CommandModel.Names)).Select(Quote))}");
        lines.Add("    return");
        lines.Add("fi");
        lines.Add("case \"$verb $before\" in");
        foreach (var verb in program.Subcommands)
        {
            foreach (var option in verb.ShownOptions().Where(option => option.ValueName() is not null))
                lines.AddRange(Case(string.Join(" | ", option.Names().Select(name => $"'{verb.Name} {name}'")), Complete(option.ValueName()!), ends: true));
        }
        lines.Add("esac");
        lines.Add("case \"$verb $word\" in");
        foreach (var verb in program.Subcommands)
        {
            lines.AddRange(Case($"'{verb.Name} -'*", $"_hotplugfs_words {string.Join(' ', verb.ShownOptions().SelectMany(CommandModel.Names).Select(Quote))}"));
            foreach (var operand in verb.Arguments.Take(1))
                lines.AddRange(Case($"'{verb.Name} '*", verb.Name == MountCommand.Verb ? "_hotplugfs_directories" : Complete(operand.Name)));
        }
        lines.Add("esac");
        output.Write(Head);
        foreach (var line in lines)
            output.Write($"    {line}\n");
        output.Write(Tail);
    }

    private static IEnumerable<string> Case(string pattern, string command, bool ends = false) =>
        [$"    {pattern})", $"        {command}", .. ends ? new[] { "        return" } : [], "        ;;"];

    /// <exception cref="InvalidOperationException">A new kind of value has no row in the table yet.</exception>
    private static string Complete(string value)
    {
        if (!Values.TryGetValue(value, out var known))
            throw new InvalidOperationException($"no completion is known for the value {value}");
        return string.Join(' ', known.Words.Select(Quote).Prepend($"_hotplugfs_{known.Function}"));
    }

    private static string Quote(string word) => $"'{word}'";
}
