using System.Text;

namespace HotplugFs.Cli.Mounting;

/// <summary>The options of <c>mount -o</c> and of the fourth field of fstab(5).</summary>
internal sealed record HelperOptions
{
    private const string KernelPrefix = "kernel=";
    private const string MachinePrefix = "machine=";
    private const string MovableNodeWord = "movable_node";
    private const string RemountWord = "remount";

    /// <summary>What means something here, and what.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Own { get; } =
    [
        ($"{KernelPrefix}VERSION", KernelOption.Make().Description!),
        ($"{MachinePrefix}NAME|FILE", $"{MachineOptions.Machine().Description}; SPEC is then a name for the tables of mounts and nothing else"),
        (MovableNodeWord, $"{MachineOptions.MovableNode().Description}; {MovableNodeWord}=false: not even if the machine says so"),
        ($"{MountOptions.SubtreePrefix}PATH", "That directory of the machine is the root of the mount"),
        (MountOptions.AllowOtherWord, "Other users may enter; always on if root mounts. The files' permissions hold either way"),
        (MountOptions.ReadOnlyWord, "Nothing can be written"),
        (MountOptions.FastWord, "The kernel reads all attributes by itself, where it can; a file held open across a change keeps its old text"),
        (MountOptions.DirectWord, "The kernel reads no attribute by itself, not even those that never change"),
        (RemountWord, "With ro or rw, changes that of a machine that is mounted, and nothing else"),
    ];

    /// <summary>Their words, for messages and help.</summary>
    public static string Known { get; } = string.Join(", ", Own.Select(row => row.Word));

    /// <summary>What mount(8) has for all file systems, and what is either so by nature here or for mount(8) itself to mind.</summary>
    private static readonly HashSet<string> Generic =
    [
        "async", "sync", "dirsync", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime",
        "lazytime", "nolazytime", "mand", "nomand", "iversion", "noiversion", "silent", "loud", "suid", "nosuid", "dev", "nodev", "exec", "noexec",
        "symfollow", "nosymfollow", "auto", "noauto", "user", "nouser", "users", "nousers", "owner", "noowner", "group", "nogroup",
        "defaults", "nofail", "_netdev",
    ];

    private static readonly string[] GenericPrefixes = ["x-", "X-", "user=", "comment=", "uhelper=", "helper="];

    /// <summary>What the kernel shows of every mount of this kind, and what mount(8) repeats for a remount; the daemon sets them.</summary>
    private static readonly string[] KernelPrefixes = ["user_id=", "group_id=", "max_read=", "blksize="];

    /// <summary>A preset, a machine file or a recording, if an option names it.</summary>
    public string? Machine { get; init; }

    /// <summary>The kernel, if another than the machine names.</summary>
    public string? Kernel { get; init; }

    /// <summary>CONFIG_MOVABLE_NODE, if other than the machine says.</summary>
    public bool? MovableNode { get; init; }

    /// <summary>Those that <c>hotplugfs mount -o</c> has too.</summary>
    public MountOptions Mount { get; init; } = new();

    /// <summary>Change a mount that is there.</summary>
    public bool IsRemount { get; init; }

    /// <summary>Reads options.</summary>
    /// <param name="texts">Lists of options with commas in between; a comma between double quotes is none.</param>
    /// <param name="isSloppy">Pass over what is not known.</param>
    /// <param name="options">The options.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>False if one of them is wrong.</returns>
    public static bool TryParse(IEnumerable<string> texts, bool isSloppy, out HelperOptions options, out string problem)
    {
        options = new HelperOptions();
        problem = "";
        List<string> shared = [];
        foreach (var word in texts.SelectMany(Split))
        {
            if (options.Take(word) is { } next)
                options = next;
            else if (MountOptions.TryParse([word], out _, out _))
                shared.Add(word);
            else if (!isSloppy && !IsGeneric(word))
                problem = $"-o {word} is not known; known are {Known}, and mount's own (nosuid, user, nofail, x-*, ..)";
        }
        if (options.Kernel is { } kernel && KernelOption.Problem($"-o {KernelPrefix}{kernel}", kernel) is { } unknown)
            problem = unknown;
        _ = MountOptions.TryParse(shared, out var mount, out _);
        options = options with { Mount = mount };
        return problem.Length == 0;
    }

    /// <summary>The options with one more; null if it is none of this type.</summary>
    private HelperOptions? Take(string word) => word switch
    {
        MovableNodeWord or $"{MovableNodeWord}=true" => this with { MovableNode = true },
        $"{MovableNodeWord}=false" => this with { MovableNode = false },
        RemountWord => this with { IsRemount = true },
        _ when Value(word, KernelPrefix) is { } kernel => this with { Kernel = kernel },
        _ when Value(word, MachinePrefix) is { } machine => this with { Machine = machine },
        _ => null,
    };

    private static string? Value(string word, string prefix) =>
        word.StartsWith(prefix, StringComparison.Ordinal) && word.Length > prefix.Length ? word[prefix.Length..] : null;

    private static bool IsGeneric(string word) =>
        Generic.Contains(word) || GenericPrefixes.Concat(KernelPrefixes).Any(prefix => word.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Splits as mount(8) does, so that a file's name may have commas in it.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var isQuoted = false;
        foreach (var character in text)
        {
            if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (character != ',' || isQuoted)
            {
                word.Append(character);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
