using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Sysfs;

/// <summary>Sets of numbers as text.</summary>
internal static class BlockSetText
{
    /// <summary>Adds the members as the kernel's lists: <c>0-3,5</c>.</summary>
    public static void AppendTo(this BlockSet set, TextBuffer text) => KernelText.AppendList(text, Members(set));

    private static IEnumerable<int> Members(BlockSet set)
    {
        for (var number = set.Next(0); number >= 0; number = set.Next(number + 1))
            yield return number;
    }
}
