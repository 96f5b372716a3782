using System.Text.Json;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>A map for programs: an array with an object for each machine. docs/map.md describes the keys.</summary>
internal static class MapJson
{
    /// <summary>Returns the text, with a newline.</summary>
    public static string Write(IReadOnlyList<MachineMap> maps) => JsonText.WriteArray(maps, Write);

    private static void Write(Utf8JsonWriter json, MachineMap map)
    {
        json.WriteString("machine", map.Name);
        json.WriteString("kernel", map.Kernel);
        json.WriteNumber("block_size", map.BlockSizeBytes);
        json.WriteStartArray("nodes");
        foreach (var node in map.Nodes)
            Write(json, node);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, MapNode node)
    {
        json.WriteStartObject();
        json.WriteNumber("node", node.Number);
        json.WriteString("cpus", node.Cpus);
        json.WriteStartArray("zones");
        foreach (var (zone, blocks, pages, used) in new ZoneTotals([node]).Zones)
        {
            json.WriteStartObject();
            json.WriteString("zone", zone.Name());
            json.WriteNumber("online_blocks", blocks);
            json.WriteNumber("pages", pages);
            json.WriteNumber("used", used);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("blocks");
        foreach (var run in node.Runs)
            Write(json, run);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BlockRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("first", run.First);
        json.WriteNumber("count", run.Count);
        json.WriteString("state", run.State.Word());
        WriteZones(json, "zones", run.AllZones);
        WriteZones(json, "valid_zones", run.ValidZones);
        json.WriteNumber("pages", run.Pages);
        json.WriteStartObject("used");
        foreach (var (kind, pages) in run.Used)
            json.WriteNumber(kind.Name(), pages);
        json.WriteEndObject();
        json.WriteBoolean("kernel_pages", run.HasKernelPages);
        json.WriteNumber("holes", run.Holes);
        json.WriteString("dimm", run.Dimm);
        json.WriteString("virtio_mem", run.VirtioMem);
        json.WriteEndObject();
    }

    private static void WriteZones(Utf8JsonWriter json, string key, IEnumerable<ZoneType> zones)
    {
        json.WriteStartArray(key);
        foreach (var zone in zones)
            json.WriteStringValue(zone.Name());
        json.WriteEndArray();
    }
}
