using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The file <c>uevent</c> of a device, a subsystem or a module: reads empty, and a write makes the kernel send an event
/// (recordings <c>*-b-grammar-uevent</c>). Kernels before 4.13 take any write and know no UUID (legacy.md 2).
/// </summary>
internal sealed class Uevent(Machine machine, UeventSource source)
{
    /// <summary>The file of a device.</summary>
    /// <param name="devPath">The device's path, by the number of its object.</param>
    /// <param name="subsystem">Its subsystem.</param>
    public SysfsAttribute OfDevice(Func<int, string> devPath, string subsystem) =>
        Rw("uevent", (_, _) => Result.Ok, (obj, text) => Store(text, devPath(obj), subsystem));

    /// <summary>The file of the directory that a subsystem's devices are in: it takes the same and sends nothing.</summary>
    public SysfsAttribute OfDirectory() => Rw("uevent", (_, _) => Result.Ok, (_, text) => Store(text, null, ""));

    /// <summary>The file of a bus or module, which can only be written.</summary>
    public SysfsAttribute WriteOnly(string devPath, string subsystem) => Wo("uevent", (_, text) => Store(text, devPath, subsystem));

    private Result<int> Store(ReadOnlySpan<byte> text, string? devPath, string subsystem)
    {
        var strict = machine.Profile.UeventIsStrict;
        if (UeventRequest.Parse(text) is { } request && (strict || IsPlain(request)))
        {
            if (devPath is not null)
                source.Send(request.Action, devPath, subsystem, strict ? request.Extra : []);
            return text.Length;
        }
        machine.Log($"uevent: {StateGrammar.Quote(text)} {(strict ? "refused: not" : "taken, but it is not")} ACTION [UUID [KEY=value ...]] "
            + $"with one of the actions {string.Join(", ", UeventRequest.Actions)}");
        return strict ? Errno.EINVAL : text.Length;
    }

    private static bool IsPlain(UeventRequest request) => request.Uuid is null && request.Action is not ("bind" or "unbind");
}
