using System.Numerics;

namespace HotplugFs.Engine.Memory;

/// <summary>
/// A sorted set of block numbers that finds its lowest, highest, next and previous member in a fixed number of steps. It has three levels
/// of bitmaps; a leaf of 4,096 numbers exists only if it has members, so a dense set needs one bit per block and a sparse set very little.
/// </summary>
/// <remarks>Not safe for use by two threads at once.</remarks>
public sealed class BlockSet
{
    private const int LeafBits = 12;
    private const int LeafSize = 1 << LeafBits;
    private const int WordsPerLeaf = LeafSize / 64;

    private Leaf?[] _leaves = [];
    private ulong[] _occupied = [];

    /// <summary>Number of members.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a number.</summary>
    /// <param name="number">0 to <see cref="BlockId.MaxNumber"/>.</param>
    /// <returns>False if it was a member already.</returns>
    public bool Add(int number)
    {
        var index = number >> LeafBits;
        if (!LeafAt(index).Add(number & (LeafSize - 1)))
            return false;
        _occupied[index >> 6] |= 1UL << index;
        Count++;
        return true;
    }

    /// <summary>Adds consecutive numbers, of which some can be members already. A large machine has very many.</summary>
    /// <param name="first">0 to <see cref="BlockId.MaxNumber"/>.</param>
    /// <param name="count">How many; the last number is at most <see cref="BlockId.MaxNumber"/>.</param>
    public void AddRun(int first, int count)
    {
        if (count == 0)
            return;
        var last = first + count - 1;
        for (var index = first >> LeafBits; index <= last >> LeafBits; index++)
        {
            var start = index << LeafBits;
            Count += LeafAt(index).AddRun(Math.Max(first - start, 0), Math.Min(last - start, LeafSize - 1));
            _occupied[index >> 6] |= 1UL << index;
        }
    }

    /// <summary>Removes a number.</summary>
    /// <returns>False if it was not a member.</returns>
    public bool Remove(int number)
    {
        var index = number >> LeafBits;
        if (index >= _leaves.Length || _leaves[index] is not { } leaf || !leaf.Remove(number & (LeafSize - 1)))
            return false;
        if (leaf.IsEmpty)
        {
            _leaves[index] = null;
            _occupied[index >> 6] &= ~(1UL << index);
        }
        Count--;
        return true;
    }

    /// <summary>True if the number is a member.</summary>
    public bool Contains(int number)
    {
        var index = number >> LeafBits;
        return number >= 0 && index < _leaves.Length && _leaves[index] is { } leaf && leaf.Contains(number & (LeafSize - 1));
    }

    /// <summary>Returns the lowest member that is at least <paramref name="from"/>, or -1.</summary>
    public int Next(int from)
    {
        from = Math.Max(from, 0);
        var index = from >> LeafBits;
        if (index < _leaves.Length && _leaves[index] is { } leaf && leaf.Next(from & (LeafSize - 1)) is >= 0 and var low)
            return (index << LeafBits) + low;
        index = Bitmap.Next(_occupied, index + 1);
        return index < 0 ? -1 : (index << LeafBits) + _leaves[index]!.Next(0);
    }

    /// <summary>Returns the highest member that is at most <paramref name="from"/>, or -1.</summary>
    public int Previous(int from)
    {
        if (from < 0 || _leaves.Length == 0)
            return -1;
        var index = from >> LeafBits;
        if (index < _leaves.Length && _leaves[index] is { } leaf && leaf.Previous(from & (LeafSize - 1)) is >= 0 and var low)
            return (index << LeafBits) + low;
        index = Bitmap.Previous(_occupied, Math.Min(index, _leaves.Length) - 1);
        return index < 0 ? -1 : (index << LeafBits) + _leaves[index]!.Previous(LeafSize - 1);
    }

    /// <summary>Returns the members, ascending.</summary>
    public IEnumerable<int> Members()
    {
        for (var number = Next(0); number >= 0; number = Next(number + 1))
            yield return number;
    }

    /// <summary>Passes the numbers through a stream, as runs: how many are missing before each, and its length.</summary>
    internal void Transfer(StateStream state)
    {
        if (state.IsReading)
            (_leaves, _occupied, Count) = ([], [], 0);
        var end = 0;
        while (true)
        {
            var first = state.IsReading ? -1 : Next(end);
            var length = state.Number(first < 0 ? 0 : LengthOfRun(first));
            if (length == 0)
                return;
            first = end + state.Number(first - end);
            if (state.IsReading)
                AddRun(first, length);
            end = first + length;
        }
    }

    /// <summary>Takes the members of another set, which must not be used any more.</summary>
    internal void Take(BlockSet other) => (_leaves, _occupied, Count) = (other._leaves, other._occupied, other.Count);

    private Leaf LeafAt(int index)
    {
        if (index >= _leaves.Length)
        {
            Array.Resize(ref _leaves, Math.Max(index + 1, _leaves.Length * 2));
            Array.Resize(ref _occupied, (_leaves.Length + 63) / 64);
        }
        return _leaves[index] ??= new Leaf();
    }

    private int LengthOfRun(int first)
    {
        var length = 0;
        while (Contains(first + length))
            length++;
        return length;
    }

    private sealed class Leaf
    {
        private readonly ulong[] _words = new ulong[WordsPerLeaf];
        private ulong _used;

        public bool IsEmpty => _used == 0;

        public bool Contains(int bit) => (_words[bit >> 6] >> bit & 1) != 0;

        public bool Add(int bit)
        {
            if (Contains(bit))
                return false;
            _words[bit >> 6] |= 1UL << bit;
            _used |= 1UL << (bit >> 6);
            return true;
        }

        /// <summary>Adds the bits from the first to the last; returns how many were no members.</summary>
        public int AddRun(int first, int last)
        {
            var added = 0;
            for (var word = first >> 6; word <= last >> 6; word++)
            {
                var from = word == first >> 6 ? ulong.MaxValue << first : ulong.MaxValue;
                var bits = from & (word == last >> 6 ? Bitmap.UpTo(last) : ulong.MaxValue);
                added += BitOperations.PopCount(bits & ~_words[word]);
                _words[word] |= bits;
                _used |= 1UL << word;
            }
            return added;
        }

        public bool Remove(int bit)
        {
            if (!Contains(bit))
                return false;
            _words[bit >> 6] &= ~(1UL << bit);
            if (_words[bit >> 6] == 0)
                _used &= ~(1UL << (bit >> 6));
            return true;
        }

        public int Next(int from)
        {
            var word = from >> 6;
            var here = _words[word] >> from << from;
            if (here != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(here);
            var above = word == 63 ? 0 : _used >> (word + 1) << (word + 1);
            if (above == 0)
                return -1;
            word = BitOperations.TrailingZeroCount(above);
            return (word << 6) + BitOperations.TrailingZeroCount(_words[word]);
        }

        public int Previous(int from)
        {
            var word = from >> 6;
            var here = _words[word] & Bitmap.UpTo(from);
            if (here != 0)
                return (word << 6) + BitOperations.Log2(here);
            var below = word == 0 ? 0 : _used & Bitmap.UpTo(word - 1);
            if (below == 0)
                return -1;
            word = BitOperations.Log2(below);
            return (word << 6) + BitOperations.Log2(_words[word]);
        }
    }

    private static class Bitmap
    {
        /// <summary>Returns the mask of the bits 0 to <paramref name="bit"/> (modulo 64).</summary>
        public static ulong UpTo(int bit) => ulong.MaxValue >> (63 - (bit & 63));

        public static int Next(ulong[] words, int from)
        {
            for (var word = from >> 6; word < words.Length; word++)
            {
                var bits = word == from >> 6 ? words[word] >> from << from : words[word];
                if (bits != 0)
                    return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
            return -1;
        }

        public static int Previous(ulong[] words, int from)
        {
            for (var word = from >> 6; word >= 0; word--)
            {
                var bits = word == from >> 6 ? words[word] & UpTo(from) : words[word];
                if (bits != 0)
                    return (word << 6) + BitOperations.Log2(bits);
            }
            return -1;
        }
    }
}
