using HotplugFs.Engine.Notifiers;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/kernel/debug/notifier-error-inject</c> (lib/notifier-error-inject.c). A negative errno written to <c>error</c> makes that
/// notification fail with it for every block; 0 ends it. Numbers outside -4095 to 0 are clamped.
/// </summary>
internal sealed class NotifierErrorInjectDirectory(Machine machine, ErrorNumbers syntax)
{
    /// <summary>The notifications of suspend and hibernation, which a simulated machine never sends.</summary>
    private static readonly string[] PmActions = ["PM_HIBERNATION_PREPARE", "PM_SUSPEND_PREPARE", "PM_RESTORE_PREPARE"];

    public DirectoryType Build() => new(
    [
        Dir("memory",
            Dir("actions",
                Dir("MEM_GOING_ONLINE", Error(MemoryAction.GoingOnline)),
                Dir("MEM_GOING_OFFLINE", Error(MemoryAction.GoingOffline)))),
        .. When(machine.Config.PmErrorInjection, Dir("pm", Dir("actions", [.. PmActions.Select(action => Dir(action, UnusedError()))]))),
    ]);

    private static DebugfsAttribute UnusedError() => Debugfs("error", (_, text) => text.Append(0), (_, text) => text.Length);

    private DebugfsAttribute Error(MemoryAction action)
    {
        return Debugfs("error", (_, text) => text.Append(machine.ErrorInjection[action]), Store);

        Result<int> Store(int obj, ReadOnlySpan<byte> text)
        {
            if (!KernelText.ParseError(text, syntax).TryGet(out var errno, out var error))
                return error;
            machine.ErrorInjection[action] = (int)Math.Clamp(errno, -4095, 0);
            return text.Length;
        }
    }
}
