using HotplugFs.Engine.Processors;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// What stands beside the CPUs in <c>/sys/devices/system/cpu</c>: <c>vulnerabilities</c>, <c>smt</c>, <c>cpuidle</c>, and <c>hotplug</c> of
/// each CPU (docs/kernels.md, "CPU directories").
/// </summary>
internal sealed class CpuControlDirectories
{
    private const string NotAffected = "Not affected";
    private const string Menu = "menu";
    private const string Ladder = "ladder";

    /// <summary>What <c>hotplug/fail</c> shows if no state fails.</summary>
    private const int NoState = -1;

    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly PerObject? _isLadder;

    public CpuControlDirectories(Machine machine, SysfsProfile profile, MachineObjects objects)
    {
        (_machine, _profile) = (machine, profile);
        _isLadder = profile.HasCpuidleGovernors ? objects.AddSetting(objects: null) : null;
    }

    /// <summary>The directories beside the CPUs.</summary>
    public Entry[] Build() =>
    [
        .. When(_profile.Vulnerabilities != CpuVulnerabilities.None, Dir("vulnerabilities", new DirectoryType(BuildVulnerabilities))),
        .. When(_profile.HasSmtControl || _profile.HasSmtDirectory, Dir("smt", new DirectoryType(() =>
        [
            Ro("active", (_, text) => text.Append(_machine.Cpus.IsSmtActive ? '1' : '0')),
            Rw("control", (_, text) => text.Append(SmtWord()), StoreSmt),
        ]))),
        .. When(_profile.HasCpuidle, Dir("cpuidle", new DirectoryType(() =>
        [
            .. When(_profile.HasCpuidleGovernors, Ro("available_governors", $"{Ladder} {Menu} ")),
            Ro("current_driver", "none"),
            .. When(_profile.HasCpuidleGovernors, Rw("current_governor", (_, text) => text.Append(Governor()), StoreGovernor)),
            Ro("current_governor_ro", (_, text) => text.Append(Governor())),
        ]))),
        .. When(_profile.HasCpufreqDirectory, Dir("cpufreq")),
        .. When(
            _profile.HasCpuCrashHotplug && (_machine.Config.CrashHotplug is { } value ? value >= 0 : _profile.HasCrashHotplug),
            Ro(
                "crash_hotplug", ShowCrashHotplug, _profile.HidesCpuCrashHotplug ? ModeBits.Mode0400 : ModeBits.Mode0444,
                isConstant: _ => true)),
    ];

    /// <summary>The entries of a CPU.</summary>
    public Entry[] BuildOfCpu() =>
    [
        .. When(_profile.CpuOnlineState > 0, Dir("hotplug", new DirectoryType(() =>
        [
            Rw("fail", (_, text) => text.Append(NoState), StoreFail),
            Ro("state", (cpu, text) => text.Append(StateOf(cpu))),
            Rw("target", (cpu, text) => text.Append(cpu > 0 || _profile.SetsTargetOfFirstCpu ? StateOf(cpu) : 0), StoreTarget),
        ]))),
        .. When(
            _profile.HasCrashNotes && _machine.Config.CrashNotes,
            [
                Ro("crash_notes", ShowCrashNotes, ModeBits.Mode0400),
                .. When(_profile.CrashNotesBytes > 0, Ro("crash_notes_size", ShowCrashNotesSize, ModeBits.Mode0400)),
            ]),
    ];

    private Entry[] BuildVulnerabilities()
    {
        var texts = new OrderedDictionary<string, string>();
        foreach (var name in CpuVulnerabilityNames.Of(_profile.Vulnerabilities))
            texts[name] = NotAffected;
        foreach (var (name, text) in _machine.Cpus.Definition.Vulnerabilities)
            texts[name] = text;
        return [.. texts.Select(row => Ro(row.Key, row.Value, isConstant: _ => true))];
    }

    private int StateOf(int cpu) => _machine.Cpus.Online.Contains(cpu) ? _profile.CpuOnlineState : 0;

    private string SmtWord() => !_profile.HasSmtControl ? "notimplemented" : _machine.Cpus.HasThreads ? _machine.Cpus.Smt.Word() : "notsupported";

    private string Governor() => _isLadder is { } isLadder && isLadder[0] ? Ladder : Menu;

    private Result<int> StoreSmt(int obj, ReadOnlySpan<byte> text)
    {
        if (!_profile.HasSmtControl)
        {
            _machine.LogRefused("smt/control", text, "this kernel does not control it on this architecture; write to cpuN/online");
            return Errno.ENODEV;
        }
        if (SmtControls.Parse(WordIn(text)) is not { } control)
        {
            _machine.LogRefused("smt/control", text, $"write {string.Join(", ", SmtControls.Words)}");
            return Errno.EINVAL;
        }
        return _machine.Cpus.SetSmt(control).Failed(out var error) ? error : text.Length;
    }

    private Result<int> StoreGovernor(int obj, ReadOnlySpan<byte> text)
    {
        var word = WordIn(text);
        if (word is not (Menu or Ladder))
        {
            _machine.LogRefused("cpuidle/current_governor", text, $"write {Ladder} or {Menu}");
            return Errno.EINVAL;
        }
        _isLadder![0] = word == Ladder;
        return text.Length;
    }

    /// <summary>Takes the number of the first state or of the last one: the CPU goes offline or online.</summary>
    private Result<int> StoreTarget(int cpu, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseSigned(text).TryGet(out var state, out var error))
            return error;
        if (state != 0 && state != _profile.CpuOnlineState)
        {
            _machine.LogRefused($"cpu{cpu}: hotplug/target", text, $"write 0 or {_profile.CpuOnlineState}");
            return Errno.EINVAL;
        }
        return _machine.Cpus.SetOnline(cpu, state != 0).Failed(out error) ? error : text.Length;
    }

    /// <summary>Takes the number that lets no state fail; failing states are not simulated.</summary>
    private Result<int> StoreFail(int cpu, ReadOnlySpan<byte> text)
    {
        if (KernelText.ParseSigned(text).TryGet(out var state, out var error) && state == NoState)
            return text.Length;
        _machine.LogRefused($"cpu{cpu}: hotplug/fail", text, "failing states are not simulated; write -1");
        return error == Errno.ERANGE ? error : Errno.EINVAL;
    }

    private Result ShowCrashHotplug(int obj, TextBuffer text)
    {
        text.Append(_machine.Config.CrashHotplug == 1 ? "1\n" : "0\n");
        return Result.Ok;
    }

    /// <summary>The address of the CPU's notes for a kernel that boots after a crash: in the first block of its node.</summary>
    private Result ShowCrashNotes(int cpu, TextBuffer text)
    {
        var node = _machine.Cpus.NodeOf(cpu);
        var block = node.Blocks.Count > 0 ? node.Blocks.Next(0) : _machine.Blocks.Next(0);
        text.AppendHex((ulong)(block * _machine.BlockSizeBytes + (cpu + 1L) * _machine.PageSizeBytes), 1).Append('\n');
        return Result.Ok;
    }

    private Result ShowCrashNotesSize(int cpu, TextBuffer text)
    {
        text.Append(_profile.CrashNotesBytes).Append('\n');
        return Result.Ok;
    }

    private static string WordIn(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(KernelText.WithoutNewline(KernelText.UpToNul(text)));
}
