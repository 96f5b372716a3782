using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The file <c>uevent</c> of devices, subsystems and modules. It reads empty; a write makes the kernel send an event (recordings
/// <c>*-b-grammar-uevent</c>). Kernels before 4.13 accept every write and know no UUID (docs/kernels.md, "Writing to uevent").
/// </summary>
internal sealed class UeventFiles(Machine machine, SysfsProfile profile, UeventSource source)
{
    /// <summary>The file of a device, which sends events of that device.</summary>
    /// <param name="devPath">Returns the path of a device below /sys.</param>
    /// <param name="variables">The variables that the subsystem adds to the events, <c>KEY=VALUE</c>, which the file shows.</param>
    public SysfsAttribute OfDevice(Func<int, string> devPath, string subsystem, params string[] variables) =>
        OfDevice(devPath, subsystem, _ => variables);

    /// <inheritdoc cref="OfDevice(Func{int, string}, string, string[])"/>
    /// <param name="variables">Returns the variables that the subsystem adds to the events of a device.</param>
    public SysfsAttribute OfDevice(Func<int, string> devPath, string subsystem, Func<int, string[]> variables) =>
        Rw("uevent", (obj, text) => Show(text, variables(obj)), (obj, text) => Store(text, devPath(obj), subsystem, variables(obj)));

    private static Result Show(TextBuffer text, string[] variables)
    {
        foreach (var variable in variables)
            text.Append(variable).Append('\n');
        return Result.Ok;
    }

    /// <summary>The file of the directory that holds a subsystem's devices. It accepts the same writes but sends nothing.</summary>
    public SysfsAttribute OfDirectory() => Rw("uevent", (_, _) => Result.Ok, (_, text) => Store(text, null, ""));

    /// <summary>The file of a bus or module, which can only be written.</summary>
    public SysfsAttribute WriteOnly(string devPath, string subsystem) => Wo("uevent", (_, text) => Store(text, devPath, subsystem));

    private Result<int> Store(ReadOnlySpan<byte> text, string? devPath, string subsystem, params string[] variables)
    {
        var isStrict = profile.RefusesUnknownUevents;
        if (UeventRequest.Parse(text) is { } request && (isStrict || IsPlain(request)))
        {
            if (devPath is not null)
                source.Send(request.Action, devPath, subsystem, [.. isStrict ? request.Extra : [], .. variables]);
            return text.Length;
        }
        var actions = string.Join(", ", isStrict ? UeventRequest.Actions : UeventRequest.Actions.Where(IsPlain));
        if (isStrict)
        {
            machine.LogRefused("uevent", text, $"not ACTION [UUID [KEY=value ...]] with one of the actions {actions}");
            return Errno.EINVAL;
        }
        machine.Log(RefusalRule.InvalidText, $"uevent: {WrittenText.Quote(text)} ignored: not one of {actions}", $"not one of {actions}");
        return text.Length;
    }

    private static bool IsPlain(UeventRequest request) => request.Uuid is null && IsPlain(request.Action);

    /// <summary>True for the actions that kernels without UUIDs know.</summary>
    private static bool IsPlain(string action) => action is not ("bind" or "unbind");
}
