using System.Diagnostics.CodeAnalysis;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// What has happened to a machine, in two words: the action of a uevent and the last name of its device (<c>online memory48</c>); a device
/// or a load (<c>plug dimm2</c>, <c>unplug dimm2</c>, <c>load app</c>, <c>stop app</c>); a write to a file of which the end of the path is
/// named (<c>write memory48/state</c>), or one that failed (<c>refused memory48/state</c>).
/// </summary>
/// <param name="What">The first word.</param>
/// <param name="Name">The second word.</param>
public sealed record ScenarioEvent(string What, string Name)
{
    /// <summary>The first word of a DIMM that was plugged.</summary>
    public const string Plug = "plug";

    /// <summary>The first word of a DIMM that was unplugged.</summary>
    public const string Unplug = "unplug";

    /// <summary>The first word of a load that was started.</summary>
    public const string Load = "load";

    /// <summary>The first word of a load that was stopped.</summary>
    public const string Stop = "stop";

    /// <summary>The first word of a write that succeeded.</summary>
    public const string Write = "write";

    /// <summary>The first word of a write that failed.</summary>
    public const string Refused = "refused";

    private static readonly string[] Words = ["online", "offline", "add", "remove", "change", Plug, Unplug, Load, Stop, Write, Refused];

    /// <summary>The form of an event, for messages.</summary>
    public static string Form { get; } = $"one of {string.Join(", ", Words)}, and a name, for instance online memory48";

    /// <summary>Parses the two words.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScenarioEvent? parsed)
    {
        parsed = text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var what, var name] && Words.Contains(what)
            ? new ScenarioEvent(what, name.Trim('/'))
            : null;
        return parsed is not null;
    }

    /// <summary>True if this is what has happened.</summary>
    /// <param name="name">A name, or the whole path of a file.</param>
    public bool Is(string what, string name) => what == What
        && (name == Name || What is Write or Refused && name.EndsWith($"/{Name}", StringComparison.Ordinal));

    /// <summary>The two words.</summary>
    public override string ToString() => $"{What} {Name}";
}
