using HotplugFs.Engine.Processors;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads what the CPUs of a dump are, and how they are protected.</summary>
/// <param name="files">The files of the kernel.</param>
internal sealed class CpuModelDump(IDump dump, Losses losses, SysfsProfile files)
{
    private const string Vulnerabilities = $"{DumpPaths.Cpu}/vulnerabilities";
    private const string NotAffected = "Not affected";

    /// <summary>Returns the definition with the model of the first CPU, the state of <c>smt</c> and the texts of <c>vulnerabilities</c>.</summary>
    public CpuDefinition Complete(CpuDefinition definition, bool isX86)
    {
        var control = SmtControls.Parse(dump.Read($"{DumpPaths.Cpu}/smt/control") ?? "") ?? SmtControl.On;
        if (control != SmtControl.On && definition is { Threads: 1, Cores: null })
        {
            losses.Add(
                $"{DumpPaths.Cpu}/smt", "it is off, and nothing shows the cores of the CPUs that are offline; it is not supported in the machine");
            control = SmtControl.On;
        }
        return definition with { Smt = control, Vulnerabilities = [.. Texts()], Model = isX86 ? Model() : definition.Model };
    }

    private IEnumerable<(string Name, string Text)> Texts()
    {
        var usual = CpuVulnerabilityNames.Of(files.Vulnerabilities).ToHashSet();
        foreach (var name in dump.List(Vulnerabilities).Order(StringComparer.Ordinal))
        {
            if (dump.Read($"{Vulnerabilities}/{name}") is not { } text || (text == NotAffected && usual.Contains(name)))
                continue;
            if (CpuDefinition.TryParseVulnerability($"{name}: {text}") is { } row)
                yield return row;
            else
                losses.Add($"vulnerabilities/{name}", "its name or text is none that a machine file has; it is left out");
        }
    }

    /// <summary>Reads the first paragraph of <c>/proc/cpuinfo</c> on x86.</summary>
    private CpuModel Model()
    {
        var values = new Dictionary<string, string>();
        foreach (var line in (dump.Read(DumpPaths.Cpuinfo) ?? "").Split("\n\n")[0].Split('\n'))
            if (line.Split(':', 2) is [var key, var value] && !value.Any(char.IsControl))
                values.TryAdd(key.Trim(), value.Trim());
        string? Text(string key) => values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;
        int? Number(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new CpuModel
        {
            Vendor = Text("vendor_id"),
            Name = Text("model name"),
            Flags = Text("flags"),
            Family = Number("cpu family"),
            Number = Number("model"),
            Stepping = Number("stepping"),
        };
    }
}
