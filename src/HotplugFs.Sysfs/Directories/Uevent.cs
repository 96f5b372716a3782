using HotplugFs.Abi;
using HotplugFs.Engine;

namespace HotplugFs.Sysfs.Directories;

/// <summary>The file <c>uevent</c> of a device: reads empty, and every write succeeds in this era (legacy.md 2).</summary>
internal sealed class Uevent(MemoryHotplug machine)
{
    private static readonly string[] Actions = ["add", "remove", "change", "move", "online", "offline"];

    public static Result Show(int obj, TextBuffer text) => Result.Ok;

    /// <summary>The file of a whole subsystem takes the words but sends nothing.</summary>
    public static Result<int> StoreSilently(int obj, ReadOnlySpan<byte> text) => text.Length;

    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var word = KernelText.WithoutNewline(KernelText.UpToNul(text));
        var known = false;
        foreach (var action in Actions)
            known |= System.Text.Ascii.Equals(word, action);
        if (!known)
            machine.Log($"uevent: {StateGrammar.Quote(text)} is no action ({string.Join(", ", Actions)}); the write succeeds all the same");
        return text.Length;
    }
}
