using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>The words and letters of maps.</summary>
internal static class MapWords
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>The letter of a zone, in upper case.</summary>
    public static char Letter(ZoneType zone) => zone switch
    {
        ZoneType.Dma => 'A',
        ZoneType.Dma32 => 'D',
        ZoneType.HighMem => 'H',
        ZoneType.Movable => 'M',
        ZoneType.Device => 'V',
        _ => 'N',
    };

    /// <summary>The letter for pages of a kind.</summary>
    public static char Letter(PageKind kind) => kind switch
    {
        PageKind.Kernel => 'k',
        PageKind.Pinned => 'p',
        PageKind.Hugetlb or PageKind.HugetlbFree => 'h',
        PageKind.File => 'f',
        PageKind.Shmem => 's',
        PageKind.Poisoned => 'x',
        _ => 'a',
    };

    /// <summary>What a letter for pages stands for.</summary>
    public static string Meaning(PageKind kind) => kind switch
    {
        PageKind.Kernel => "kernel",
        PageKind.Pinned => "pinned",
        PageKind.Hugetlb or PageKind.HugetlbFree => "huge",
        PageKind.File => "file",
        PageKind.Shmem => "shared",
        PageKind.Poisoned => "retired",
        _ => "anonymous",
    };

    /// <summary>Formats an amount of memory with at most one decimal: <c>1.3 GiB</c>.</summary>
    public static string Size(long bytes)
    {
        var (amount, unit) = ((double)bytes, 0);
        for (; amount >= 1024 && unit + 1 < Units.Length; unit++)
            amount /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {Units[unit]}");
    }

    /// <summary>Formats a share in percent; less than one percent is not 0.</summary>
    public static string Percent(long part, long whole) =>
        part == 0 || whole == 0 ? "0 %" : part * 100 < whole ? "<1 %" : $"{part * 100 / whole} %";

    /// <summary>Formats zones of which one is chosen: <c>Normal or Movable</c>.</summary>
    public static string Names(IReadOnlyCollection<ZoneType> zones) =>
        zones.Count == 0 ? "no zone" : string.Join(" or ", zones.Select(zone => zone.Name()));

    /// <summary>Formats a number with its noun: <c>1 block</c>, <c>2 blocks</c>.</summary>
    public static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>Formats the numbers of blocks: <c>40-43</c>, or <c>40</c>.</summary>
    public static string Range(int first, int last) => first == last ? $"{first}" : $"{first}-{last}";
}
