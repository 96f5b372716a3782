using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

public sealed partial class KernfsTree
{
    // Cookies: 1 and 2 stand behind "." and "..", 2 + n behind the n-th fixed entry; with bits from 32 up set, f + 1 there stands for
    // the f-th family and the low bits for the smallest number still to come. None depends on how many entries there are.
    private const int CookieChildSetShift = 32;
    private const int DotEntries = 2;

    private readonly TextBuffer _entryName = new();

    /// <summary>Finds an entry of a directory.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The name, as bytes.</param>
    /// <returns>The node; ENOENT if there is none, ENOTDIR if the parent is no directory.</returns>
    public Result<NodeId> Lookup(NodeId parent, ReadOnlySpan<byte> name)
    {
        if (PlaceOf(parent) is not { Type: { } type } place || parent.Entry != 0)
            return Errno.ENOTDIR;
        if (!IsAlive(place, parent))
            return Errno.ENOENT;
        for (var i = 0; i < type.EntryArray.Length; i++)
        {
            var row = type.EntryArray[i];
            if (name.SequenceEqual(row.NameBytes))
                return row.IsVisibleIn(parent.Object) ? EntryId(place, parent, i) : Errno.ENOENT;
        }
        foreach (var child in place.ChildSets)
        {
            var family = child.ChildSet!;
            if (family.TryFind(parent.Object, name, out var number)
                && family.Objects.TryGetGeneration(parent.Object, number, out var generation))
                return new NodeId(child.Kind, 0, generation, number);
        }
        return Errno.ENOENT;
    }

    /// <summary>Finds a node by its path from the root; links are not followed.</summary>
    /// <param name="path">Names with <c>/</c> in between; empty for the root.</param>
    /// <returns>The node; ENOENT or ENOTDIR.</returns>
    public Result<NodeId> Find(string path)
    {
        var node = Root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var found = Lookup(node, Encoding.UTF8.GetBytes(name));
            if (!found.IsOk)
                return found;
            node = found.Value;
        }
        return node;
    }

    /// <summary>The directory that a directory is in; the root is in itself.</summary>
    /// <param name="directory">A directory.</param>
    public NodeId ParentOf(NodeId directory)
    {
        if (PlaceOf(directory) is not { Parent: { } parent } place)
            return Root;
        // ChildSets of directories are in directories that there is one of.
        return place.ChildSet is null
            ? new NodeId(parent.Kind, 0, directory.Generation, directory.Object)
            : new NodeId(parent.Kind, 0, 0, 0);
    }

    /// <summary>
    /// Lists a directory: <c>.</c>, <c>..</c>, the fixed entries, the families. Entries that neither come nor go meanwhile are given
    /// exactly once over any number of calls, and a call takes no longer for starting late.
    /// </summary>
    /// <param name="directory">The directory; one whose object went has <c>.</c> and <c>..</c>.</param>
    /// <param name="cookie">Where to go on: 0, or what the sink was last given.</param>
    /// <param name="sink">Takes the entries.</param>
    /// <returns>Success, also at the end; ENOTDIR.</returns>
    public Result ReadDirectory(NodeId directory, ulong cookie, IDirectorySink sink)
    {
        if (PlaceOf(directory) is not { Type: { } type } place || directory.Entry != 0)
            return Errno.ENOTDIR;
        if (cookie < 1 && !sink.Add(directory, "."u8, 1))
            return Result.Ok;
        if (cookie < 2 && !sink.Add(ParentOf(directory), ".."u8, 2))
            return Result.Ok;
        if (!IsAlive(place, directory))
            return Result.Ok;
        var firstChildSet = (int)(cookie >> CookieChildSetShift) - 1;
        if (firstChildSet < 0 && !ListEntries(place, type, directory, Math.Max((int)cookie - DotEntries, 0), sink))
            return Result.Ok;
        for (var i = Math.Max(firstChildSet, 0); i < place.ChildSets.Length; i++)
            if (!ListChildren(place.ChildSets[i], i, directory.Object, i == firstChildSet ? (int)(uint)cookie : 0, sink))
                break;
        return Result.Ok;
    }

    private static bool ListEntries(NodeKind place, DirectoryType type, NodeId directory, int from, IDirectorySink sink)
    {
        for (var i = from; i < type.EntryArray.Length; i++)
        {
            var row = type.EntryArray[i];
            if (row.IsVisibleIn(directory.Object)
                && !sink.Add(EntryId(place, directory, i), row.NameBytes, (ulong)(DotEntries + i + 1)))
                return false;
        }
        return true;
    }

    private bool ListChildren(NodeKind child, int index, int parent, int from, IDirectorySink sink)
    {
        var family = child.ChildSet!;
        var objects = family.Objects;
        for (var number = objects.Next(parent, from); number >= 0; number = objects.Next(parent, number + 1))
        {
            if (!objects.TryGetGeneration(parent, number, out var generation))
                throw new InvalidOperationException($"a set of objects names {number} as the next one and does not know it");
            _entryName.Clear();
            family.AppendName(parent, number, _entryName);
            var next = ((ulong)(index + 1) << CookieChildSetShift) | (uint)(number + 1);
            if (!sink.Add(new NodeId(child.Kind, 0, generation, number), _entryName.Text, next))
                return false;
        }
        return true;
    }

    private static NodeId EntryId(NodeKind place, NodeId directory, int index) =>
        place.Subdirectories[index] is { } subdirectory
            ? new NodeId(subdirectory.Kind, 0, directory.Generation, directory.Object)
            : directory.WithEntry(index + 1);
}
