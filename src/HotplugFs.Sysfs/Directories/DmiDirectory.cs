using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/devices/virtual/dmi/id</c>: what the firmware states about vendor and product (docs/kernels.md, "Identity").</summary>
internal sealed class DmiDirectory(Machine machine, MachineObjects objects, UeventFiles uevents)
{
    private const string Subsystem = "dmi";
    private const string Path = "/devices/virtual/dmi/id";

    /// <summary>The link in <c>/sys/class/dmi</c>.</summary>
    public static LinkEntry ClassLink => Link("id", $"../..{Path}");

    public DirectoryType Build()
    {
        var modalias = Modalias();
        return new DirectoryType(
        [
            .. DmiNames.All.Where(each => machine.Dmi.ContainsKey(each.Name)).Select(each => Text(each.Name)),
            Ro("modalias", modalias, _ => true),
            Link("subsystem", $"../../../../class/{Subsystem}"),
            uevents.OfDevice(_ => Path, Subsystem, $"MODALIAS={modalias}"),
            .. When(
                machine.Config.PowerManagement, Dir("power", PowerDirectory.OfSingleDirectory(machine.Config.PowerDebug, objects).Build())),
        ]);
    }

    private SysfsAttribute Text(string name) => Ro(
        name,
        (_, text) =>
        {
            text.Append(machine.Dmi[name]).Append('\n');
            return Result.Ok;
        },
        DmiNames.IsSecret(name) ? ModeBits.Mode0400 : ModeBits.Mode0444,
        isConstant: _ => true);

    /// <summary>Returns the texts in one word, without what would end it.</summary>
    private string Modalias()
    {
        var alias = new StringBuilder("dmi:");
        foreach (var (name, letters) in DmiNames.All)
            if (letters.Length > 0 && machine.Dmi.TryGetValue(name, out var text))
                alias.Append(letters).Append([.. text.Where(symbol => symbol is > ' ' and < (char)127 and not ':')]).Append(':');
        return alias.ToString();
    }
}
