using System.Text;
using HotplugFs.Abi;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>power/</c> of devices of one sort, which have no power management of their own: the files only remember what is written
/// (drivers/base/power/sysfs.c; recording <c>6.1-a-inventory</c>).
/// </summary>
/// <param name="stays">Which devices never go.</param>
internal sealed class PowerDirectory(IsConstant stays)
{
    /// <summary>Objects whose value is not the one a device begins with.</summary>
    private readonly HashSet<int> _async = [];
    private readonly HashSet<int> _control = [];

    public DirectoryType Build() => new(
        Switch("async", _async, "disabled", "enabled"),
        Rw("autosuspend_delay_ms", (_, _) => Errno.EIO, (_, _) => Errno.EIO),
        Switch("control", _control, "auto", "on"),
        Constant("runtime_active_kids", "0"),
        Constant("runtime_active_time", "0"),
        Constant("runtime_enabled", "disabled"),
        Constant("runtime_status", "unsupported"),
        Constant("runtime_suspended_time", "0"),
        Constant("runtime_usage", "0"));

    private SysfsAttribute Constant(string name, string value)
    {
        var line = Encoding.ASCII.GetBytes(value + "\n");
        return Ro(
            name,
            (_, text) =>
            {
                text.Append(line);
                return Result.Ok;
            },
            isConstant: stays);
    }

    /// <summary>A file that takes one of two words.</summary>
    private static SysfsAttribute Switch(string name, HashSet<int> changed, string first, string other)
    {
        var (firstWord, otherWord) = (Encoding.ASCII.GetBytes(first), Encoding.ASCII.GetBytes(other));
        return Rw(name, Show, Store);

        Result Show(int obj, TextBuffer text)
        {
            text.Append(changed.Contains(obj) ? otherWord : firstWord).Append('\n');
            return Result.Ok;
        }

        Result<int> Store(int obj, ReadOnlySpan<byte> text)
        {
            if (KernelText.Equal(text, otherWord))
                changed.Add(obj);
            else if (KernelText.Equal(text, firstWord))
                changed.Remove(obj);
            else
                return Errno.EINVAL;
            return text.Length;
        }
    }
}
