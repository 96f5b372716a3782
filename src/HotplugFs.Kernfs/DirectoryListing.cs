namespace HotplugFs.Kernfs;

/// <summary>Lists the directories of a tree.</summary>
/// <remarks>
/// A cookie names the position after an entry: 1 after ".", 2 after "..", 2 + n after the n-th fixed entry. If the bits from 32 up are
/// set, they are 1 + the index of a child set, and the lower bits are the smallest number not listed yet. The cookie of the last entry is
/// the end of the directory: as in sysfs, what is added later is not listed from there. No cookie depends on how many entries there are.
/// </remarks>
internal sealed class DirectoryListing(NodeKinds kinds)
{
    private const int CookieChildSetShift = 32;
    private const int DotEntries = 2;

    /// <summary>The end of the directory, as in sysfs (INT_MAX).</summary>
    private const ulong CookieEnd = int.MaxValue;

    private readonly TextBuffer _name = new();

    /// <inheritdoc cref="KernfsTree.ReadDirectory"/>
    internal Result Read(NodeId directory, ulong cookie, IDirectorySink sink)
    {
        if (kinds.Find(directory) is not { Type: { } type } kind || directory.Entry != 0)
            return Errno.ENOTDIR;
        if (cookie == CookieEnd)
            return Result.Ok;
        if (cookie < 1 && !sink.Add(directory, "."u8, 1))
            return Result.Ok;
        var hasEntries = kind.IsAlive(directory) && HasEntries(kind, type, directory, firstEntry: 0, firstChildSet: 0);
        if (cookie < 2 && !sink.Add(kinds.ParentOf(directory), ".."u8, hasEntries ? 2 : CookieEnd))
            return Result.Ok;
        if (!hasEntries)
            return Result.Ok;
        var firstChildSet = (int)(cookie >> CookieChildSetShift) - 1;
        if (firstChildSet < 0 && !ListEntries(kind, type, directory, Math.Max((int)cookie - DotEntries, 0), sink))
            return Result.Ok;
        for (var i = Math.Max(firstChildSet, 0); i < kind.Children.Length; i++)
            if (!ListChildren(kind, type, directory, i, i == firstChildSet ? (int)(uint)cookie : 0, sink))
                break;
        return Result.Ok;
    }

    private static bool ListEntries(NodeKind kind, DirectoryType type, NodeId directory, int from, IDirectorySink sink)
    {
        for (var i = from; i < type.Entries.Length; i++)
        {
            var entry = type.Entries[i];
            if (!entry.IsVisibleIn(directory.Object))
                continue;
            var next = HasEntries(kind, type, directory, i + 1, firstChildSet: 0) ? (ulong)(DotEntries + i + 1) : CookieEnd;
            if (!sink.Add(kind.NodeOf(directory, i), entry.NameBytes, next))
                return false;
        }
        return true;
    }

    private bool ListChildren(NodeKind kind, DirectoryType type, NodeId directory, int index, int from, IDirectorySink sink)
    {
        var (child, parent) = (kind.Children[index], directory.Object);
        var set = child.Set!;
        var objects = set.Objects;
        int following;
        for (var number = objects.Next(parent, from); number >= 0; number = following)
        {
            following = objects.Next(parent, number + 1);
            if (!objects.TryGetGeneration(parent, number, out var generation))
                throw new InvalidOperationException($"an object set returned {number} as the next number but does not contain it");
            _name.Clear();
            set.AppendName(parent, number, _name);
            var hasMore = following >= 0 || HasEntries(kind, type, directory, type.Entries.Length, index + 1);
            var next = hasMore ? ((ulong)(index + 1) << CookieChildSetShift) | (uint)(number + 1) : CookieEnd;
            if (!sink.Add(new NodeId(child.Number, 0, generation, number), _name.Text, next))
                return false;
        }
        return true;
    }

    /// <summary>True if the directory has a visible entry from <paramref name="firstEntry"/> on, or a child in a set from <paramref
    /// name="firstChildSet"/> on.</summary>
    private static bool HasEntries(NodeKind kind, DirectoryType type, NodeId directory, int firstEntry, int firstChildSet)
    {
        for (var i = firstEntry; i < type.Entries.Length; i++)
            if (type.Entries[i].IsVisibleIn(directory.Object))
                return true;
        for (var i = firstChildSet; i < kind.Children.Length; i++)
            if (kind.Children[i].Set!.Objects.Next(directory.Object, 0) >= 0)
                return true;
        return false;
    }
}
