using HotplugFs.Fuse.Mount;
using HotplugFs.Fuse.Passthrough;

namespace HotplugFs.Cli.Requests;

/// <summary>The options of <c>hotplugfs mount -o</c>, in the notation of mount(8).</summary>
internal sealed record MountOptions
{
    /// <summary>Word for <see cref="AllowOther"/>.</summary>
    public const string AllowOtherWord = "allow_other";

    /// <summary>Word for <see cref="PassthroughUse.All"/>.</summary>
    public const string FastWord = "fast";

    /// <summary>Word for <see cref="PassthroughUse.None"/>.</summary>
    public const string DirectWord = "direct";

    /// <summary>Word for <see cref="IsReadOnly"/>.</summary>
    public const string ReadOnlyWord = "ro";

    /// <summary>Prefix of the word for <see cref="Subtree"/>.</summary>
    public const string SubtreePrefix = "subtree=";

    private const string ReadWriteWord = "rw";
    private const string DefaultPermissionsWord = "default_permissions";

    /// <summary>The known words, for messages and help.</summary>
    public const string Known = "allow_other, fast, direct, subtree=PATH, ro (default_permissions is always on)";

    /// <summary>Lets users other than the one who mounts in. The files' permissions apply either way.</summary>
    public bool AllowOther { get; init; }

    /// <summary>The attributes that the kernel may read itself.</summary>
    public PassthroughUse Passthrough { get; init; } = PassthroughUse.Constant;

    /// <summary>True if no file can be written, not even by subcommands.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// The directory of the tree that becomes the root of the mount, as a path without slashes at its ends; empty for the whole tree.
    /// </summary>
    public string Subtree { get; init; } = "";

    /// <summary>Parses lists of options.</summary>
    /// <param name="texts">Lists of words separated by commas.</param>
    /// <param name="problem">A message that names the unknown word.</param>
    /// <returns>False if a word is unknown.</returns>
    public static bool TryParse(IEnumerable<string> texts, out MountOptions options, out string problem)
    {
        options = new MountOptions();
        problem = "";
        foreach (var text in texts)
        {
            foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (options.With(word) is not { } next)
                {
                    problem = $"unknown mount option \"{word}\" (known: {Known})";
                    return false;
                }
                options = next;
            }
        }
        return true;
    }

    /// <summary>The options as words for <c>-o</c>, as <see cref="TryParse"/> reads them.</summary>
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

    /// <summary>The options that the file system itself needs.</summary>
    /// <param name="source">The source that mount tables show; null for "hotplugfs".</param>
    public FuseMountOptions ForFuse(string? source)
    {
        var options = new FuseMountOptions { AllowOther = AllowOther, IsReadOnly = IsReadOnly };
        return source is null ? options : options with { Source = source };
    }

    /// <summary>These options with one more word; null if the word is unknown. As with mount(8), the last of ro and rw wins.</summary>
    private MountOptions? With(string word) => word switch
    {
        AllowOtherWord => this with { AllowOther = true },
        FastWord => this with { Passthrough = PassthroughUse.All },
        DirectWord => this with { Passthrough = PassthroughUse.None },
        ReadOnlyWord => this with { IsReadOnly = true },
        ReadWriteWord => this with { IsReadOnly = false },
        DefaultPermissionsWord => this,
        _ when word.StartsWith(SubtreePrefix, StringComparison.Ordinal) && word.Length > SubtreePrefix.Length =>
            this with { Subtree = word[SubtreePrefix.Length..].Trim('/') },
        _ => null,
    };
}
