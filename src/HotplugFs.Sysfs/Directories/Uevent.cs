using System.Text;
using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.Rows;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The file <c>uevent</c> of a device, a subsystem or a module: reads empty, and takes an action, in today's kernels followed by a UUID
/// and <c>KEY=value</c> pairs (modern.md, "uevents"; recordings <c>*-b-grammar-uevent</c>). Kernels before 4.13 take any write (legacy.md 2).
/// </summary>
internal sealed class Uevent(MemoryHotplug machine)
{
    private static readonly string[] Actions = ["add", "remove", "change", "move", "online", "offline", "bind", "unbind"];

    /// <summary>The file of a device or subsystem, readable.</summary>
    public PlainAttribute Readable() => Rw("uevent", (_, _) => Result.Ok, Store);

    /// <summary>The file of a bus or module, which can only be written.</summary>
    public PlainAttribute WriteOnly() => Wo("uevent", Store);

    private Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        if (IsWellFormed(Encoding.Latin1.GetString(KernelText.WithoutNewline(text))))
            return text.Length;
        var strict = machine.Profile.UeventIsStrict;
        machine.Log($"uevent: {StateGrammar.Quote(text)} {(strict ? "refused: not" : "taken, but it is not")} ACTION [UUID [KEY=value ...]] "
            + $"with one of the actions {string.Join(", ", Actions)}");
        return strict ? Errno.EINVAL : text.Length;
    }

    private static bool IsWellFormed(string text)
    {
        var words = text.Split(' ');
        return Actions.Contains(words[0])
            && (words.Length == 1 || Guid.TryParseExact(words[1], "D", out _))
            && words.Skip(2).All(IsPair);
    }

    private static bool IsPair(string word) =>
        word.Split('=') is [{ Length: > 0 } key, { Length: > 0 } value] && key.All(char.IsAsciiLetterOrDigit) && value.All(char.IsAsciiLetterOrDigit);
}
