using System.Diagnostics.CodeAnalysis;
using HotplugFs.Abi;

namespace HotplugFs.Fuse.Passthrough;

/// <summary>
/// The texts that the kernel has a file of: one for each distinct text, shared by all attributes that read so, never changed. There are few
/// (<c>online</c>, <c>Normal Movable</c>, ..), so their number is bounded. A text is given to the kernel when it is seen for the second time:
/// a walk over half a million different ones, each seen once, is cheaper without. Where there are more than the limit, only now and then one
/// takes another's place, so that walk after walk over all of them finds those that are there and does not make and throw away a file at each open.
/// </summary>
/// <remarks>Owned by the thread that owns the tree.</remarks>
internal sealed class BackingTexts
{
    /// <summary>Longest text; longer ones, such as figures, seldom come twice.</summary>
    internal const int TextMax = 128;

    private const int SeenSlots = 4096;
    private const int SearchMax = 8;
    private const uint AdmitEvery = 32;

    private readonly IBackingFiles _files;
    private readonly int _limit;
    private readonly Dictionary<byte[], int> _byText = new(TextComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private Entry[] _entries = [];
    private int[]? _seen;
    private int _count;
    private int _hand;
    private uint _turnedAway;

    /// <param name="files">The kernel.</param>
    /// <param name="limit">Most texts at a time.</param>
    internal BackingTexts(IBackingFiles files, int limit)
    {
        _files = files;
        _limit = limit;
        _bySpan = _byText.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>How many texts the kernel has.</summary>
    internal int Count => _byText.Count;

    /// <summary>Finds the place of a text, and gives it to the kernel if it is worth it.</summary>
    /// <returns>The place; -1 if the text is to be read from the server.</returns>
    internal int Find(ReadOnlySpan<byte> text)
    {
        if (text.Length > TextMax)
            return -1;
        if (_bySpan.TryGetValue(text, out var place))
        {
            _entries[place].WasFound = true;
            return place;
        }
        return WasSeen(text) && IsAdmitted() ? Add(text) : -1;
    }

    /// <summary>The kernel's number of the file of a place.</summary>
    internal int BackingOf(int place) => _entries[place].Backing;

    internal void Use(int place) => _entries[place].Users++;

    internal void EndUse(int place) => _entries[place].Users--;

    private bool IsAdmitted() => _count < _limit || ++_turnedAway % AdmitEvery == 0;

    private bool WasSeen(ReadOnlySpan<byte> text)
    {
        var hash = TextComparer.HashOf(text);
        _seen ??= new int[SeenSlots];
        ref var slot = ref _seen[hash & (SeenSlots - 1)];
        var seen = slot == hash;
        slot = hash;
        return seen;
    }

    private int Add(ReadOnlySpan<byte> text)
    {
        var place = _count < _limit ? _count : FreePlace();
        if (place < 0)
            return -1;
        var backing = _files.Open(text);
        if (!backing.IsOk)
            return -1;
        if (place == _count)
            _count++;
        // Not before the first text comes: every start would wait for it.
        if (_entries.Length == 0)
            _entries = new Entry[_limit];
        var kept = text.ToArray();
        _entries[place] = new Entry { Text = kept, Backing = backing.Value };
        _byText.Add(kept, place);
        return place;
    }

    /// <summary>Frees the place of a text that nobody has open and that was not asked for since the hand passed last.</summary>
    private int FreePlace()
    {
        for (var i = 0; i < SearchMax; i++)
        {
            var place = _hand;
            _hand = (_hand + 1) % _entries.Length;
            ref var entry = ref _entries[place];
            if (entry.Users == 0 && !entry.WasFound)
            {
                Forget(ref entry);
                return place;
            }
            entry.WasFound = false;
        }
        return -1;
    }

    private void Forget(ref Entry entry)
    {
        // The place may stay free for a while, if the kernel does not take the next text.
        if (entry.Text is null)
            return;
        _byText.Remove(entry.Text);
        _files.Close(entry.Backing);
        entry = default;
    }

    private struct Entry
    {
        public byte[]? Text;
        public int Backing;
        public int Users;
        public bool WasFound;
    }

    /// <summary>Compares texts by their bytes, so that a span can be looked up without a copy.</summary>
    private sealed class TextComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        internal static TextComparer Instance { get; } = new();

        internal static int HashOf(ReadOnlySpan<byte> text)
        {
            var hash = new HashCode();
            hash.AddBytes(text);
            return hash.ToHashCode();
        }

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => HashOf(obj);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => HashOf(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
