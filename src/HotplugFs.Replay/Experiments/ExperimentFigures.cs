using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// Compares the figures of zones and of the machine: those exactly that follow from which blocks are online, and free memory with a tolerance.
/// </summary>
internal sealed class ExperimentFigures(ExperimentSession session)
{
    private const int KiBPerPage = PageSize.Usual / 1024;

    private static readonly string[] Exact = ["present", "managed", "min", "low", "high", "promo"];

    private bool _hasBoot;

    /// <summary>Compares the zones of a line; the first one describes the machine.</summary>
    public void CompareZones(ExperimentStep step)
    {
        if (!_hasBoot)
        {
            _hasBoot = true;
            return;
        }
        foreach (var member in step.Field("zones").EnumerateObject())
        {
            var recorded = new RecordedFigures(member);
            var zone = session.Machine.FindNode(recorded.Node)!.Zone(recorded.Type);
            var isBoosted = IsBoosted(recorded, zone);
            foreach (var name in Exact)
                if (session.HasOtherPieces && name != "present")
                    session.Skip(NotComparable.Pieces);
                else if (isBoosted && name is not ("present" or "managed"))
                    session.Skip(NotComparable.BoostedMarks);
                else if (recorded[name] is { } expected)
                    CompareFigure(step, $"{name} of {zone}", expected, Figure(zone, name));
        }
    }

    /// <summary>True if all marks are raised by the same number of pages, after kernel pages were scattered.</summary>
    private bool IsBoosted(RecordedFigures recorded, Zone zone) => session.HasChurned && recorded["min"] - zone.Marks.Min is > 0 and var boost
        && recorded["low"] - zone.Marks.Low == boost && recorded["high"] - zone.Marks.High == boost;

    private static long Figure(Zone zone, string name) => name switch
    {
        "present" => zone.PresentPages,
        "managed" => zone.ManagedPages,
        "min" => zone.Marks.Min,
        "low" => zone.Marks.Low,
        "high" => zone.Marks.High,
        "promo" => zone.Marks.High + (zone.Marks.High - zone.Marks.Low),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a figure of a zone"),
    };

    private void CompareFigure(ExperimentStep step, string what, long expected, long got)
    {
        session.Count();
        if (expected != got)
            session.Diverged(step, $"{what}: got {got}, expected {expected}");
    }

    /// <summary>Compares the lines of meminfo that follow from the blocks.</summary>
    public void CompareChanges(ExperimentStep step)
    {
        foreach (var file in step.Field("figures").EnumerateObject())
            foreach (var line in file.Value.EnumerateObject())
                if (line.Name == "MemTotal" && session.HasOtherPieces)
                    session.Skip(NotComparable.Pieces);
                else if (line.Name == "MemTotal" && session.Machine.Rules.Pages.MarksCountPresentPages && file.Name == "/proc/meminfo")
                    session.Skip(NotComparable.OldMemTotal);
                else if (line.Name == "MemTotal")
                    CompareFigure(step, $"change of MemTotal in {file.Name}", line.Value[1].GetInt64(), TotalOf(file.Name) * KiBPerPage);
    }

    private long TotalOf(string file)
    {
        var parts = file.Split('/');
        var nodes = session.Machine.PossibleNodes;
        return parts.Length > 1 && parts[^2].StartsWith("node", StringComparison.Ordinal)
            ? nodes.First(node => parts[^2] == $"node{node.Number}").ManagedPages
            : nodes.Sum(node => node.ManagedPages);
    }

    /// <summary>
    /// Compares MemTotal, and MemAvailable as it follows from the recorded MemFree, page cache and slab and from the reserves here.
    /// </summary>
    public void CompareMeminfo(ExperimentStep step)
    {
        var meminfo = step.Field("meminfo");
        long? Line(string name) => meminfo.TryGetProperty(name, out var value) ? value.GetInt64() / KiBPerPage : null;
        if (session.Machine.Rules.Pages.MarksCountPresentPages)
            session.Skip(NotComparable.OldMemTotal);
        else if (Line("MemTotal") is { } total)
            CompareFigure(step, "MemTotal", total, session.Machine.PossibleNodes.Sum(node => node.ManagedPages));
        if (Line("MemAvailable") is not { } expected)
            return;
        if (!session.HasChangedMemory)
        {
            session.Skip(NotComparable.Boot);
            return;
        }
        var zones = session.Machine.PossibleNodes.SelectMany(node => node.Zones).ToList();
        var reserve = zones.Sum(session.Machine.Watermarks.Reserved);
        var low = zones.Sum(zone => zone.Marks.Low);
        var file = (Line("Active(file)") ?? 0) + (Line("Inactive(file)") ?? 0);
        var reclaim = Line("KReclaimable") ?? Line("SReclaimable") ?? 0;
        var available = (Line("MemFree") ?? 0) - reserve + file - Math.Min(file / 2, low) + reclaim - Math.Min(reclaim / 2, low);
        CompareFigure(step, "MemAvailable", expected, Math.Max(available, 0));
    }

    /// <summary>Compares what zones keep back for each class of allocations.</summary>
    public void CompareProtection(ExperimentStep step)
    {
        if (!session.HasChangedMemory)
        {
            session.Skip(NotComparable.Boot);
            return;
        }
        foreach (var line in step.Field("protection").EnumerateObject())
        {
            var words = line.Name.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["Node", { } number, "zone", { } name] || !ZoneNames.TryParse(name, out var type))
                throw new FormatException($"\"{line.Name}\" is not a zone");
            var zone = session.Machine.FindNode(int.Parse(number, CultureInfo.InvariantCulture))!.Zone(type);
            var recorded = line.Value.GetString()!.Trim('(', ')').Split(", ");
            var got = Protection(zone, recorded.Length);
            session.Compare(step, string.Join(", ", recorded), string.Join(", ", got));
        }
    }

    /// <summary>The classes are the zones that the kernel was built with, and Device on newer ones.</summary>
    private IEnumerable<long> Protection(Zone zone, int count)
    {
        ZoneType[] classes = count == 3
            ? [ZoneType.Dma32, ZoneType.Normal, ZoneType.Movable]
            : [ZoneType.Dma, ZoneType.Dma32, ZoneType.Normal, ZoneType.Movable, ZoneType.Device];
        return classes.Take(count).Select(type => type > zone.Type ? session.Machine.Watermarks.Protection(zone, type) : 0);
    }
}
