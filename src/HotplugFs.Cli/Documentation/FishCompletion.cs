using System.CommandLine;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Documentation;

/// <summary>The completion script for fish, generated from the subcommands and options. It does not run the program while the user types.</summary>
internal static class FishCompletion
{
    private const string Head =
        $$"""
        # Completion for fish, written by hotplugfs --fish-completion.

        # The mount points of machines.
        function __hotplugfs_machines
            string replace -rf '^\S+ \S+ \S+ \S+ (\S+) .* - {{MountEntry.HotplugFsType}} .*' '$1' < /proc/self/mountinfo | string unescape
        end

        # The DIMMs of $HOTPLUGFS and of mounted machines.
        function __hotplugfs_dimms
            for machine in $HOTPLUGFS (__hotplugfs_machines)
                path basename $machine/hotplugfs/dimms/*/ 2> /dev/null
            end
        end

        # The checkpoints of $HOTPLUGFS and of mounted machines.
        function __hotplugfs_checkpoints
            for machine in $HOTPLUGFS (__hotplugfs_machines)
                cat $machine/hotplugfs/checkpoint 2> /dev/null
            end
        end

        complete -c hotplugfs -f

        """;

    /// <summary>Writes the script.</summary>
    /// <param name="program">The root command.</param>
    public static void Write(Command program, TextWriter output)
    {
        output.Write(Head);
        foreach (var subcommand in program.Subcommands)
            output.Write($"complete -c hotplugfs -n __fish_use_subcommand -a {subcommand.Name} -d {Quote(subcommand.Description!)}\n");
        foreach (var option in program.ShownOptions())
            output.Write($"complete -c hotplugfs -n __fish_use_subcommand {Names(option)} -d {Quote(option.Description!)}\n");
        foreach (var subcommand in program.Subcommands)
        {
            var condition = $"complete -c hotplugfs -n '__fish_seen_subcommand_from {subcommand.Name}'";
            foreach (var option in subcommand.ShownOptions())
                output.Write($"{condition} {Names(option)}{Value(option)} -d {Quote(option.Description!)}\n");
            foreach (var argument in subcommand.Arguments.Take(1))
            {
                var offers = subcommand.Name switch
                {
                    SubcommandNames.Mount => "-x -a '(__fish_complete_directories)'",
                    SubcommandNames.Run => "-x -a '(__fish_complete_subcommand --fcs-skip=2)'",
                    _ => Offers(argument.Name),
                };
                output.Write($"{condition} {offers}\n");
            }
        }
    }

    private static string Names(Option option) => string.Join(' ', option.Names().Select(name =>
        name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {Quote(name[1..])}"));

    private static string Value(Option option) => option.ValueName() is { } value ? $" -r {Offers(value)}" : "";

    private static string Offers(string value)
    {
        var (function, words) = CompletionValues.Of(value);
        var list = words.Any() ? $" -a {Quote(string.Join(' ', words))}" : "";
        return function switch
        {
            "files" => $"-F{list}",
            "machines" => "-F -a '(__hotplugfs_machines)'",
            "checkpoints" => "-F -a '(__hotplugfs_checkpoints) (__hotplugfs_machines)'",
            "dimms" => "-F -a '(__hotplugfs_dimms) (__hotplugfs_machines)'",
            _ => $"-f{list}",
        };
    }

    private static string Quote(string word)
    {
        var escaped = word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return $"'{escaped}'";
    }
}
