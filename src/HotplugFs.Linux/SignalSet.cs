using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>sigset_t of glibc and musl: a bit for each signal, the first for signal 1.</summary>
[InlineArray(16)]
public struct SignalSet
{
    private ulong _first;

    /// <summary>Collects signals by their numbers.</summary>
    /// <param name="signals">Numbers from 1 to 64.</param>
    public static SignalSet Of(params ReadOnlySpan<int> signals)
    {
        var set = default(SignalSet);
        foreach (var signal in signals)
            set._first |= 1UL << (signal - 1);
        return set;
    }

    /// <summary>Returns whether all signals of another set are in this one.</summary>
    public readonly bool Includes(SignalSet other) => (other[0] & ~this[0]) == 0;
}
