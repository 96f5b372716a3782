using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>fd_set: a bit for each descriptor from 0 to 1023 (select(2)).</summary>
[InlineArray(16)]
internal struct FdSet
{
    private const int BitsPerWord = 64;

    private ulong _first;

    internal void Add(int descriptor) => this[descriptor / BitsPerWord] |= Bit(descriptor);

    internal readonly bool Contains(int descriptor) => (this[descriptor / BitsPerWord] & Bit(descriptor)) != 0;

    private static ulong Bit(int descriptor) => 1UL << descriptor % BitsPerWord;
}
