namespace HotplugFs.Engine.Memory;

/// <summary>Converts zones to the words of <c>valid_zones</c> and machine files.</summary>
public static class ZoneNames
{
    /// <summary>Number of zone types.</summary>
    public const int Count = 6;

    private static readonly string[] Names = ["DMA", "DMA32", "Normal", "HighMem", "Movable", "Device"];

    /// <summary>Returns the name that the kernel prints.</summary>
    public static string Name(this ZoneType zone) => Names[(int)zone];

    /// <summary>Finds a zone by the kernel's name for it.</summary>
    /// <param name="name">The name; case matters.</param>
    public static bool TryParse(string name, out ZoneType zone)
    {
        var index = Array.IndexOf(Names, name);
        zone = index < 0 ? default : (ZoneType)index;
        return index >= 0;
    }
}
