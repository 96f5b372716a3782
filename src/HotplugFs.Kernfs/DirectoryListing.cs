namespace HotplugFs.Kernfs;

/// <summary>Lists the directories of a tree.</summary>
/// <remarks>
/// A cookie names the position after an entry: 1 after ".", 2 after "..", 2 + n after the n-th fixed entry. If the bits from 32 up are
/// set, they are 1 + the index of a child set, and the lower bits are the smallest number not listed yet. No cookie depends on how many
/// entries there are.
/// </remarks>
internal sealed class DirectoryListing(NodeKinds kinds)
{
    private const int CookieChildSetShift = 32;
    private const int DotEntries = 2;

    private readonly TextBuffer _name = new();

    /// <inheritdoc cref="KernfsTree.ReadDirectory"/>
    internal Result Read(NodeId directory, ulong cookie, IDirectorySink sink)
    {
        if (kinds.Find(directory) is not { Type: { } type } kind || directory.Entry != 0)
            return Errno.ENOTDIR;
        if (cookie < 1 && !sink.Add(directory, "."u8, 1))
            return Result.Ok;
        if (cookie < 2 && !sink.Add(kinds.ParentOf(directory), ".."u8, 2))
            return Result.Ok;
        if (!kind.IsAlive(directory))
            return Result.Ok;
        var firstChildSet = (int)(cookie >> CookieChildSetShift) - 1;
        if (firstChildSet < 0 && !ListEntries(kind, type, directory, Math.Max((int)cookie - DotEntries, 0), sink))
            return Result.Ok;
        for (var i = Math.Max(firstChildSet, 0); i < kind.Children.Length; i++)
            if (!ListChildren(kind.Children[i], i, directory.Object, i == firstChildSet ? (int)(uint)cookie : 0, sink))
                break;
        return Result.Ok;
    }

    private static bool ListEntries(NodeKind kind, DirectoryType type, NodeId directory, int from, IDirectorySink sink)
    {
        for (var i = from; i < type.Entries.Length; i++)
        {
            var entry = type.Entries[i];
            if (entry.IsVisibleIn(directory.Object)
                && !sink.Add(kind.NodeOf(directory, i), entry.NameBytes, (ulong)(DotEntries + i + 1)))
                return false;
        }
        return true;
    }

    private bool ListChildren(NodeKind child, int index, int parent, int from, IDirectorySink sink)
    {
        var set = child.Set!;
        var objects = set.Objects;
        for (var number = objects.Next(parent, from); number >= 0; number = objects.Next(parent, number + 1))
        {
            if (!objects.TryGetGeneration(parent, number, out var generation))
                throw new InvalidOperationException($"an object set returned {number} as the next number but does not contain it");
            _name.Clear();
            set.AppendName(parent, number, _name);
            var next = ((ulong)(index + 1) << CookieChildSetShift) | (uint)(number + 1);
            if (!sink.Add(new NodeId(child.Number, 0, generation, number), _name.Text, next))
                return false;
        }
        return true;
    }
}
