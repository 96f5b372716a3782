namespace HotplugFs.Cli.MountHelper;

/// <summary>The options of <c>mount -t fuse.hotplugfs -o</c> and of the fourth field of fstab(5).</summary>
internal sealed record HelperOptions
{
    private const string ClockPrefix = "clock=";
    private const string KernelPrefix = "kernel=";
    private const string MachinePrefix = "machine=";
    private const string MovableNodeWord = "movable_node";
    private const string RemountWord = "remount";

    /// <summary>The options that this file system implements, and what they mean.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Own { get; } =
    [
        ($"{KernelPrefix}VERSION", KernelOption.Description),
        ($"{MachinePrefix}NAME|FILE", $"{MachineOptions.MachineDescription}. SPEC is then only the name that mount tables show"),
        (MovableNodeWord,
            $"{MachineOptions.MovableNodeDescription}; {MovableNodeWord}=false forbids them even if the machine file allows them"),
        ($"{MountOptions.SubtreePrefix}PATH", "Mount only this directory of the machine"),
        (MountOptions.AllowOtherWord, "Let other users in; always on if root mounts. The files' permissions apply either way"),
        (MountOptions.ReadOnlyWord, "Forbid all writes"),
        (MountOptions.FastWord,
            "Let the kernel read all attributes itself, where it can; a file held open across a change keeps its old text"),
        (MountOptions.DirectWord, "Let the kernel read no attribute itself, not even those that never change"),
        ($"{ClockPrefix}CLOCK", ClockOption.Description),
        (RemountWord, "With ro or rw, change that setting of a mounted machine and nothing else"),
    ];

    /// <summary>The words of <see cref="Own"/>, for messages and help.</summary>
    public static string Known { get; } = string.Join(", ", Own.Select(row => row.Word));

    /// <summary>
    /// The options that mount(8) accepts for every file system. They have no effect here, or mount(8) implements them itself.
    /// </summary>
    private static readonly HashSet<string> Generic =
    [
        "async", "sync", "dirsync", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime",
        "lazytime", "nolazytime", "mand", "nomand", "iversion", "noiversion", "silent", "loud", "suid", "nosuid", "dev", "nodev",
        "exec", "noexec",
        "symfollow", "nosymfollow", "auto", "noauto", "user", "nouser", "users", "nousers", "owner", "noowner", "group", "nogroup",
        "defaults", "nofail", "_netdev",
    ];

    private static readonly string[] GenericPrefixes = ["x-", "X-", "user=", "comment=", "uhelper=", "helper="];

    /// <summary>
    /// Options that mount tables show for every FUSE mount, and that mount(8) therefore repeats on a remount. The daemon sets them.
    /// </summary>
    private static readonly string[] TablePrefixes = ["user_id=", "group_id=", "max_read=", "blksize="];

    /// <summary>A preset, a machine file or a recording; null if no option names one.</summary>
    public string? Machine { get; init; }

    /// <summary>The kernel version; null for the machine's own.</summary>
    public string? Kernel { get; init; }

    /// <summary>CONFIG_MOVABLE_NODE; null for the machine's own setting.</summary>
    public bool? MovableNode { get; init; }

    /// <summary>The word of a clock; null for the default.</summary>
    public string? Clock { get; init; }

    /// <summary>The options that <c>hotplugfs mount -o</c> has as well.</summary>
    public MountOptions Mount { get; init; } = new();

    /// <summary>True to change an existing mount.</summary>
    public bool IsRemount { get; init; }

    /// <summary>Returns the machine that these options select.</summary>
    /// <param name="spec">The machine to use if no option names one.</param>
    public MachineSelection MachineFor(string spec) => new()
    {
        Name = Machine ?? spec,
        Kernel = Kernel,
        MovableNode = MovableNode,
        HasManualClock = ClockOption.IsManual(Clock),
    };

    /// <summary>Parses lists of options.</summary>
    /// <param name="texts">Lists of words separated by commas. A comma between double quotes does not separate.</param>
    /// <param name="isSloppy">True to ignore unknown words.</param>
    /// <param name="problem">A message about the last wrong word.</param>
    /// <returns>False if a word is wrong.</returns>
    public static bool TryParse(IEnumerable<string> texts, bool isSloppy, out HelperOptions options, out string problem)
    {
        options = new HelperOptions();
        problem = "";
        List<string> shared = [];
        foreach (var word in texts.SelectMany(Split))
        {
            if (options.With(word) is { } next)
                options = next;
            else if (MountOptions.TryParse([word], out _, out _))
                shared.Add(word);
            else if (!isSloppy && !IsGeneric(word))
                problem = $"unknown mount option \"{word}\" (known: {Known}, and those of mount(8): nosuid, user, nofail, x-*, ..)";
        }
        if (options.Kernel is { } kernel && KernelOption.Problem(kernel) is { } unknown)
            problem = unknown;
        if (options.Clock is { } clock && ClockOption.Problem(clock) is { } unknownClock)
            problem = unknownClock;
        _ = MountOptions.TryParse(shared, out var mount, out _);
        options = options with { Mount = mount };
        return problem.Length == 0;
    }

    /// <summary>These options with one more word; null if the word is not one of this type's.</summary>
    private HelperOptions? With(string word) => word switch
    {
        MovableNodeWord or $"{MovableNodeWord}=true" => this with { MovableNode = true },
        $"{MovableNodeWord}=false" => this with { MovableNode = false },
        RemountWord => this with { IsRemount = true },
        _ when Value(word, ClockPrefix) is { } clock => this with { Clock = clock },
        _ when Value(word, KernelPrefix) is { } kernel => this with { Kernel = kernel },
        _ when Value(word, MachinePrefix) is { } machine => this with { Machine = machine },
        _ => null,
    };

    private static string? Value(string word, string prefix) =>
        word.StartsWith(prefix, StringComparison.Ordinal) && word.Length > prefix.Length ? word[prefix.Length..] : null;

    private static bool IsGeneric(string word) =>
        Generic.Contains(word) || GenericPrefixes.Concat(TablePrefixes).Any(prefix => word.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Splits as mount(8) does, so that a file name may contain commas.</summary>
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
