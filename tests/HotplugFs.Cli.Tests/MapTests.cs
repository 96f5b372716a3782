using System.Text.Json;
using System.Xml.Linq;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Requests;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Tests;

/// <summary>The map of a machine as text, as a picture and as JSON.</summary>
public sealed class MapTests
{
    private const string Documents = "documents/docs";

    private static MachineMap Read(string machine = "default", string? kernel = null) => MapReader.Read("test", Files(machine, kernel));

    private static SimulatedFiles Files(string name, string? kernel = null)
    {
        var (description, machine) = MachineLoader.Load(new MachineSelection { Name = name, Kernel = kernel });
        return new SimulatedFiles(machine, description.Kernel);
    }

    private static string Draw(MachineMap map, int columns = 80, int rows = 24, bool hasUnicode = false) =>
        string.Concat(TerminalMap.Draw([map], new Screen(columns, rows, HasColor: false, hasUnicode))
            .Select(line => line.Render(columns, hasColor: false) + "\n"));

    private static string Document(string name) => Path.Combine(AppContext.BaseDirectory, Documents, name);

    [Test]
    public void Terminal_MachineInUse_ShowsZonesUsesAndTheBoundary() =>
        Assert.That(Draw(Read(Document("map.toml"))), Is.EqualTo("""
            kernel 4.9  blocks of 128 MiB  test
            -- node 0, CPU 0, 512 MiB online, 512 MiB offline ------------------------------
               0 D k D k
              32 N k N                                           n.. n.. n.. nm.
                                                                 `dimm1--------'
            -- node 1, CPU 1, 768 MiB online, 256 MiB offline ------------------------------
              32         N#a N6k N   N           N   n.. nm.|M9a
                                                 `dimm0--------'
            --------------------------------------------------------------------------------
            DMA32      256 MiB online        0 B used    0 %
            Normal     896 MiB online  209.2 MiB used   23 %
            Movable    128 MiB online  120.8 MiB used   94 %
            offline    512 MiB may become Normal
            offline    256 MiB may become Normal or Movable
            D DMA32   N Normal   M Movable   small letters: offline, and what it may become
            1-9, # how full   a anonymous   k kernel (cannot move)   | boundary of Movable

            """));

    [Test]
    public void Terminal_EveryPresetAndSize_FitsIt(
        [ValueSource(typeof(MachineFile), nameof(MachineFile.Presets))] string machine, [Values(80, 200)] int columns, [Values(24, 50)] int rows)
    {
        var map = Read(machine);
        var lines = Draw(map, columns, rows).TrimEnd('\n').Split('\n');
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(columns));
        Assert.That(lines, Has.Length.LessThanOrEqualTo(rows));
    }

    [TestCase(80, 24, "a cell: 128 blocks of 128 MiB, * several zones or states  test")]
    [TestCase(200, 50, "a cell: 16 blocks of 128 MiB  test")]
    public void Terminal_GroupsOfSeveralZones_AreExplained(int columns, int rows, string header)
    {
        var drawn = Draw(Read("large"), columns, rows);
        Assert.That(drawn.Split('\n')[0], Is.EqualTo($"kernel 4.9  {header}"));
        Assert.That(drawn.Contains("* k", StringComparison.Ordinal), Is.EqualTo(header.Contains('*')));
    }

    [Test]
    public void Terminal_LargeMachine_HasEveryBlockInACell([Values(1, 4)] int blocksPerCell)
    {
        var grid = new MapGrid(blocksPerCell, 16);
        foreach (var node in Read("large").Nodes)
        {
            var cells = grid.Rows(node).SelectMany(row => row.Cells).OfType<MapCell>().ToList();
            Assert.That(cells.Sum(cell => cell.Online + cell.Offline), Is.EqualTo(node.Runs.Sum(run => run.Count)));
            Assert.That(grid.Rows(node), Has.Count.EqualTo(grid.CountRows(node)));
        }
    }

    [Test]
    public void Read_FilesOfBlocksOnly_ShowTheSameStatesAndZones([Values("4.9", "6.12")] string kernel)
    {
        var files = Files("default", kernel);
        var whole = MapReader.Read("whole", files);
        var part = MapReader.Read("part", new WithoutControlFiles(files));
        static IEnumerable<(int, int, MemoryBlockState, string, ZoneSet)> Facts(MachineMap map) =>
            from node in map.Nodes
            from run in node.Runs
            from number in Enumerable.Range(run.First, run.Count)
            select (node.Number, number, run.State, string.Join(',', run.ValidZones), run.State == MemoryBlockState.Online ? run.Zones : default);
        Assert.That(Facts(part), Is.EqualTo(Facts(whole)));
    }

    [Test]
    public void Json_Blocks_AreThoseOfTheMachine()
    {
        using var json = JsonDocument.Parse(MapJson.Write([Read()]));
        var machine = json.RootElement[0];
        Assert.That(machine.GetProperty("block_size").GetInt64(), Is.EqualTo(128 << 20));
        var last = machine.GetProperty("nodes")[1].GetProperty("blocks").EnumerateArray().Last();
        Assert.That(last.GetProperty("first").GetInt32(), Is.EqualTo(43));
        Assert.That(last.GetProperty("valid_zones").EnumerateArray().Select(zone => zone.GetString()), Is.EqualTo(new[] { "Normal", "Movable" }));
        Assert.That(last.GetProperty("dimm").GetString(), Is.EqualTo("dimm0"));
    }

    /// <summary>To make it again: <c>scripts/hotplugfs map --machine docs/map.toml --svg docs/map.svg</c>.</summary>
    [Test]
    public void Picture_OfTheDocuments_IsFresh() =>
        Assert.That(SvgMap.Draw([Read(Document("map.toml"))]), Is.EqualTo(File.ReadAllText(Document("map.svg"))));

    [Test]
    public void Picture_EveryPreset_IsXmlWithoutScriptsAndOtherFiles([ValueSource(typeof(MachineFile), nameof(MachineFile.Presets))] string machine)
    {
        var picture = XDocument.Parse(SvgMap.Draw([Read(machine), Read(machine, "6.12")]));
        Assert.That(picture.Descendants().Select(element => element.Name.LocalName).Distinct(), Is.SubsetOf(new[]
        {
            "svg", "style", "defs", "pattern", "path", "rect", "text", "g", "title",
        }));
        Assert.That(picture.Descendants().Attributes().Select(attribute => attribute.Name.LocalName), Has.None.EqualTo("href"));
    }

    private sealed class WithoutControlFiles(IMachineFiles files) : IMachineFiles
    {
        public string? Read(string path) => path.StartsWith("hotplugfs", StringComparison.Ordinal) ? null : files.Read(path);

        public IEnumerable<string> List(string path) => files.List(path);
    }

    [Test]
    public void Colors_OnLightAndDarkTerminals_CanBeRead([Values] ZoneType zone)
    {
        foreach (var style in new[] { MapGlyphs.Faint, MapGlyphs.Warning, MapGlyphs.OfOffline(zone) })
        {
            Assert.That(Contrast(Luminance(style.Foreground!.Value), 1), Is.GreaterThan(3.5), $"{style} on white");
            Assert.That(Contrast(Luminance(style.Foreground!.Value), 0), Is.GreaterThan(4), $"{style} on black");
        }
        var online = MapGlyphs.OfZone(zone);
        Assert.That(Contrast(Luminance(online.Foreground!.Value), Luminance(online.Background!.Value)), Is.GreaterThan(4.5), $"{online}");
    }

    /// <summary>The contrast ratio of two colors, from 1 to 21 (WCAG 2).</summary>
    private static double Contrast(double one, double other) => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);

    /// <summary>The relative luminance of a color of xterm's cube of colors or of its grays (WCAG 2).</summary>
    private static double Luminance(int color)
    {
        int[] steps = [0, 95, 135, 175, 215, 255];
        var gray = 8 + (color - 232) * 10;
        var (red, green, blue) = color >= 232
            ? (gray, gray, gray)
            : (steps[(color - 16) / 36], steps[(color - 16) / 6 % 6], steps[(color - 16) % 6]);
        return 0.2126 * Linear(red) + 0.7152 * Linear(green) + 0.0722 * Linear(blue);
        static double Linear(double value) => value <= 10 ? value / 255 / 12.92 : Math.Pow((value / 255 + 0.055) / 1.055, 2.4);
    }
}
