using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/kernel/dlpar</c>: requests to add and remove logical memory blocks (arch/powerpc/platforms/pseries/dlpar.c). Source:
/// docs/kernels.md, "Memory of ppc64le".
/// </summary>
internal sealed class DlparFile(Machine machine)
{
    /// <summary>What the file shows: the resources that it knows. Requests for CPUs are refused.</summary>
    public const string Resources = "memory,cpu";

    /// <summary>Does what <c>memory add|remove index N|count N|indexed-count N INDEX</c> requests.</summary>
    /// <returns>The bytes; EINVAL for another text; the errno of the request.</returns>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        // A newline may end any word, and a number parser accepts one, too.
        string[] words = [.. Encoding.Latin1.GetString(KernelText.UpToNul(text)).Split(' ').Select(WithoutNewline)];
        var done = words switch
        {
            ["memory", "add", "index", var index, ..] when Number(index) is { } value => machine.LogicalBlocks!.Add(value),
            ["memory", "add", "count", var count, ..] when Number(count) is { } value => machine.LogicalBlocks!.AddCount(value),
            ["memory", "add", "indexed-count", var count, var index, ..] when (Number(count), Number(index)) is ({ } many, { } first) =>
                machine.LogicalBlocks!.AddRange(many, first),
            ["memory", "remove", "index", var index, ..] when Number(index) is { } value => machine.LogicalBlocks!.Remove(value),
            ["memory", "remove", "count", var count, ..] when Number(count) is { } value => machine.LogicalBlocks!.RemoveCount(value),
            ["memory", "remove", "indexed-count", var count, var index, ..] when (Number(count), Number(index)) is ({ } many, { } first) =>
                machine.LogicalBlocks!.RemoveRange(many, first),
            _ => Refuse(text),
        };
        return done.Failed(out var error) ? error : text.Length;
    }

    private static string WithoutNewline(string word, int index) => index < 3 && word.EndsWith('\n') ? word[..^1] : word;

    private static uint? Number(string word) =>
        KernelText.ParseUnsigned(Encoding.Latin1.GetBytes(word)).TryGet(out var number, out _) && number <= uint.MaxValue ? (uint)number : null;

    private Result Refuse(ReadOnlySpan<byte> text)
    {
        machine.LogRefused("dlpar", text, "write memory add or memory remove, and index N, count N or indexed-count N INDEX");
        return Errno.EINVAL;
    }
}
