using System.Runtime.InteropServices;

namespace HotplugFs.Engine.Memory;

/// <summary>The records of all blocks, in pages of 1,024 that exist only if one of their blocks is or was present.</summary>
internal sealed class BlockTable
{
    private const int PageBits = 10;
    private BlockRecord[]?[] _pages = [];

    /// <summary>The numbers of the blocks that are present.</summary>
    public BlockSet Present { get; } = new();

    /// <summary>The record of a block that is present; the reference stays valid.</summary>
    /// <exception cref="InvalidOperationException">The block is not present.</exception>
    public ref BlockRecord this[BlockId id]
    {
        get
        {
            if (!Present.Contains(id.Number))
                throw new InvalidOperationException($"{id} is not present");
            return ref _pages[id.Number >> PageBits]![id.Number & ((1 << PageBits) - 1)];
        }
    }

    /// <summary>Adds consecutive blocks with the same properties, each in a new generation.</summary>
    /// <exception cref="InvalidOperationException">A block is present already.</exception>
    public void Add(BlockId first, int count, in BlockRecord properties)
    {
        var end = first.Number + count;
        if (Present.Next(first.Number) is >= 0 and var present && present < end)
            throw new InvalidOperationException($"{new BlockId(present)} is present already");
        Present.AddRun(first.Number, count);
        for (var number = first.Number; number < end;)
        {
            var last = Math.Min(end, (number | ((1 << PageBits) - 1)) + 1);
            foreach (ref var record in MemoryMarshal.CreateSpan(ref RecordAt(number), last - number))
                record = properties with { Generation = record.Generation + 1 };
            number = last;
        }
    }

    /// <summary>
    /// Passes the records through a stream. A block that was removed since they were written gets a new generation, because what was open
    /// on it stays closed.
    /// </summary>
    public void Transfer(StateStream state)
    {
        var present = state.IsReading ? new BlockSet() : Present;
        present.Transfer(state);
        foreach (var number in present.Members())
        {
            ref var record = ref RecordAt(number);
            var (wasPresent, generation) = (Present.Contains(number), record.Generation);
            state.Raw(MemoryMarshal.CreateSpan(ref record, 1));
            if (!wasPresent || record.Generation != generation)
                record.Generation = generation + 1;
        }
        Present.Take(present);
    }

    private ref BlockRecord RecordAt(int number)
    {
        var page = number >> PageBits;
        if (page >= _pages.Length)
            Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        return ref (_pages[page] ??= NewPage())[number & ((1 << PageBits) - 1)];
    }

    /// <summary>Allocates a page. Pages live as long as the machine; pinned, they are not copied while a large machine starts.</summary>
    private static BlockRecord[] NewPage() => GC.AllocateArray<BlockRecord>(1 << PageBits, pinned: true);

    /// <summary>Removes a block; its generation stays known.</summary>
    public void Remove(BlockId id)
    {
        if (!Present.Remove(id.Number))
            throw new InvalidOperationException($"{id} is not present");
    }
}
