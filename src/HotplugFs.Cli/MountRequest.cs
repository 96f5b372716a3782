using HotplugFs.Fuse;

namespace HotplugFs.Cli;

/// <summary>What to mount, where and how.</summary>
internal sealed record MountRequest
{
    /// <summary>Where.</summary>
    public required string Directory { get; init; }

    /// <summary>A preset's name, a machine file or a recording.</summary>
    public string Machine { get; init; } = "default";

    /// <summary>The kernel, if another than the machine names.</summary>
    public string? Kernel { get; init; }

    /// <summary>CONFIG_MOVABLE_NODE, if other than the machine says.</summary>
    public bool? MovableNode { get; init; }

    /// <summary>The options of <c>-o</c>.</summary>
    public MountOptions Options { get; init; } = new();

    /// <summary>What the tables of mounts show as mounted; null for the usual.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The network namespace, as <c>net:[number]</c>, outside of which uevents are sent to those who listen; null to send none.
    /// </summary>
    public string? UeventsOutside { get; init; }
}

/// <summary>The options of <c>-o</c>, in mount's notation.</summary>
internal sealed record MountOptions
{
    /// <summary>Lets other users in.</summary>
    public const string AllowOtherWord = "allow_other";

    /// <summary>Lets the kernel read all attributes by itself.</summary>
    public const string FastWord = "fast";

    /// <summary>Lets it read none.</summary>
    public const string DirectWord = "direct";

    /// <summary>Nothing can be written.</summary>
    public const string ReadOnlyWord = "ro";

    /// <summary>Begins the option that names a part of the tree.</summary>
    public const string SubtreePrefix = "subtree=";

    private const string ReadWriteWord = "rw";
    private const string DefaultPermissionsWord = "default_permissions";

    /// <summary>What is known, for messages and help.</summary>
    public const string Known = "allow_other, fast, direct, subtree=PATH, ro (default_permissions is always on)";

    /// <summary>Users other than the one who mounts may enter; permission bits count either way.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Which attributes the kernel may read by itself.</summary>
    public PassthroughUse Passthrough { get; init; } = PassthroughUse.Constant;

    /// <summary>Nothing can be written, not even by verbs.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Path in the tree of the directory to mount instead of the whole; empty for the whole.</summary>
    public string Subtree { get; init; } = "";

    /// <summary>Reads options.</summary>
    /// <param name="texts">Lists of options with commas in between.</param>
    /// <param name="options">The options.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>False if one of them is not known.</returns>
    public static bool TryParse(IEnumerable<string> texts, out MountOptions options, out string problem)
    {
        options = new MountOptions();
        problem = "";
        foreach (var word in texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (word == AllowOtherWord)
            {
                options = options with { AllowOther = true };
            }
            else if (word is FastWord or DirectWord)
            {
                options = options with { Passthrough = word == FastWord ? PassthroughUse.All : PassthroughUse.None };
            }
            else if (word.StartsWith(SubtreePrefix, StringComparison.Ordinal) && word.Length > SubtreePrefix.Length)
            {
                options = options with { Subtree = word[SubtreePrefix.Length..].Trim('/') };
            }
            else if (word is ReadOnlyWord or ReadWriteWord)
            {
                // As with mount(8), the last one holds.
                options = options with { IsReadOnly = word == ReadOnlyWord };
            }
            else if (word != DefaultPermissionsWord)
            {
                problem = $"-o {word} is not known; known are {Known}";
                return false;
            }
        }
        return true;
    }

    /// <summary>The same as words for <c>-o</c>.</summary>
    public IEnumerable<string> Words
    {
        get
        {
            if (AllowOther)
                yield return AllowOtherWord;
            if (IsReadOnly)
                yield return ReadOnlyWord;
            if (Passthrough != PassthroughUse.Constant)
                yield return Passthrough == PassthroughUse.All ? FastWord : DirectWord;
            if (Subtree.Length > 0)
                yield return SubtreePrefix + Subtree;
        }
    }

    /// <summary>The same for the file system.</summary>
    /// <param name="source">What the tables of mounts are to show as mounted; null for the usual.</param>
    public FuseMountOptions ForFuse(string? source)
    {
        var options = new FuseMountOptions { AllowOther = AllowOther, IsReadOnly = IsReadOnly };
        return source is null ? options : options with { Source = source };
    }
}
