using System.Diagnostics.CodeAnalysis;
using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Passthrough;

/// <summary>
/// A cache of the texts for which the kernel has a backing file. Attributes with the same text (<c>online</c>, <c>Normal Movable</c>, ...)
/// share one file, whose contents never change. Eviction is CLOCK; two admission filters precede it.
/// </summary>
/// <remarks>
/// A doorkeeper admits a text when it is read the second time, so that one walk over half a million different texts registers no files.
/// When the cache is full, one candidate in <see cref="AdmissionInterval"/> is admitted; otherwise repeated walks over more texts than fit
/// would evict and register a file on every open. Owned by the tree's thread.
/// </remarks>
internal sealed class BackingTexts
{
    /// <summary>The maximum length of a text in bytes. Longer ones, such as statistics, are seldom read twice.</summary>
    internal const int TextMax = 128;

    /// <summary>Returned for a text that is not in the cache.</summary>
    internal const int NoSlot = -1;

    private const int DoorkeeperSize = 4096;
    private const int EvictionSearchMax = 8;
    private const uint AdmissionInterval = 32;

    private readonly IBackingFiles _files;
    private readonly int _limit;
    private readonly Dictionary<byte[], int> _slotByText = new(TextComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _slotBySpan;
    private Slot[] _slots = [];
    private int[]? _doorkeeper;
    private int _count;
    private int _clockHand;
    private uint _candidates;

    /// <param name="limit">The maximum number of texts.</param>
    internal BackingTexts(IBackingFiles files, int limit)
    {
        _files = files;
        _limit = limit;
        _slotBySpan = _slotByText.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Finds the slot of a text, and adds the text if it is admitted.</summary>
    /// <returns>The slot, or <see cref="NoSlot"/> if the text must be read from the server.</returns>
    internal int Find(ReadOnlySpan<byte> text)
    {
        if (text.Length > TextMax)
            return NoSlot;
        if (_slotBySpan.TryGetValue(text, out var slot))
        {
            _slots[slot].IsReferenced = true;
            return slot;
        }
        return PassesDoorkeeper(text) && IsAdmitted() ? Add(text) : NoSlot;
    }

    /// <summary>The kernel's number of the backing file of a slot.</summary>
    internal int BackingId(int slot) => _slots[slot].BackingId;

    /// <summary>Keeps a slot from being evicted while a file with its text is open.</summary>
    internal void Pin(int slot) => _slots[slot].PinCount++;

    internal void Unpin(int slot) => _slots[slot].PinCount--;

    private bool IsAdmitted() => _count < _limit || ++_candidates % AdmissionInterval == 0;

    /// <summary>Remembers the text's hash, in place of that of an older text.</summary>
    /// <returns>True if the hash was remembered before.</returns>
    private bool PassesDoorkeeper(ReadOnlySpan<byte> text)
    {
        var hash = TextComparer.HashOf(text);
        _doorkeeper ??= new int[DoorkeeperSize];
        ref var remembered = ref _doorkeeper[hash & (DoorkeeperSize - 1)];
        var passes = remembered == hash;
        remembered = hash;
        return passes;
    }

    private int Add(ReadOnlySpan<byte> text)
    {
        var slot = _count < _limit ? _count : Evict();
        if (slot == NoSlot || !_files.Open(text).TryGet(out var backingId, out _))
            return NoSlot;
        if (slot == _count)
            _count++;
        // Allocated with the first text, because an allocation at startup would delay every mount.
        if (_slots.Length == 0)
            _slots = new Slot[_limit];
        var key = text.ToArray();
        _slots[slot] = new Slot { Text = key, BackingId = backingId };
        _slotByText.Add(key, slot);
        return slot;
    }

    /// <summary>Frees a slot that is neither pinned nor referenced since the clock hand last passed.</summary>
    private int Evict()
    {
        for (var i = 0; i < EvictionSearchMax; i++)
        {
            var index = _clockHand;
            _clockHand = (_clockHand + 1) % _slots.Length;
            ref var slot = ref _slots[index];
            if (slot.PinCount == 0 && !slot.IsReferenced)
            {
                Free(ref slot);
                return index;
            }
            slot.IsReferenced = false;
        }
        return NoSlot;
    }

    private void Free(ref Slot slot)
    {
        // The slot is free already if the kernel did not accept the text for which it was evicted.
        if (slot.Text is null)
            return;
        _slotByText.Remove(slot.Text);
        _files.Close(slot.BackingId);
        slot = default;
    }

    private struct Slot
    {
        public byte[]? Text;
        public int BackingId;
        public int PinCount;
        public bool IsReferenced;
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
