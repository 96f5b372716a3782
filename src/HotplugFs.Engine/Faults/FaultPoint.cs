namespace HotplugFs.Engine.Faults;

/// <summary>The operations into which faults can be injected.</summary>
public enum FaultPoint
{
    /// <summary>A block comes online: the fault acts where the notifiers are asked, after the zone rules have allowed it.</summary>
    Online,

    /// <summary>A block goes offline: the fault acts where its pages are isolated, after the zone rules have allowed it.</summary>
    Offline,

    /// <summary>A DIMM is plugged, or a block is added by <c>probe</c>.</summary>
    Plug,

    /// <summary>A DIMM is unplugged.</summary>
    Unplug,

    /// <summary>A file is read.</summary>
    Read,
}

/// <summary>The words for points.</summary>
public static class FaultPoints
{
    /// <summary>All words, for messages.</summary>
    public const string Form = "online, offline, plug, unplug or read FILE";

    /// <summary>What stands for a point in a line of a fault: <c>offline</c>.</summary>
    public static string Word(this FaultPoint point) => point switch
    {
        FaultPoint.Online => "online",
        FaultPoint.Offline => "offline",
        FaultPoint.Plug => "plug",
        FaultPoint.Unplug => "unplug",
        _ => "read",
    };

    /// <summary>Finds the point of a word.</summary>
    public static bool TryParse(string word, out FaultPoint point)
    {
        foreach (var known in Enum.GetValues<FaultPoint>())
        {
            if (known.Word() == word)
            {
                point = known;
                return true;
            }
        }
        point = default;
        return false;
    }
}
