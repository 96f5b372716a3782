using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Bridge;

/// <summary>Writes the entries of a directory as READDIR or READDIRPLUS wants them, as many as fit.</summary>
internal sealed class DirectoryWriter(TreeBridge bridge) : IDirectorySink
{
    private const int Alignment = 8;
    private const int TypeShift = 12;

    private Reply _reply = null!;
    private uint _size;
    private bool _withAttributes;

    /// <summary>Bytes written.</summary>
    internal int Length { get; private set; }

    internal void Begin(Reply reply, uint size, bool withAttributes)
    {
        _reply = reply;
        _size = size;
        _withAttributes = withAttributes;
        Length = 0;
    }

    /// <inheritdoc/>
    public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
    {
        var room = _reply.Room(_size)[Length..];
        var headSize = _withAttributes ? Unsafe.SizeOf<DirEntryPlus>() : Unsafe.SizeOf<DirEntry>();
        var used = headSize + name.Length;
        var padded = (used + Alignment - 1) & -Alignment;
        if (padded > room.Length)
            return false;
        var entry = bridge.Entry(id);
        var head = new DirEntry
        {
            Inode = entry.Attr.Inode,
            Offset = next,
            NameLength = (uint)name.Length,
            Type = entry.Attr.Mode >> TypeShift,
        };
        if (_withAttributes)
        {
            // The kernel looks these two up itself and must not be handed nodes for them.
            if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                entry = default;
            MemoryMarshal.Write(room, new DirEntryPlus { Entry = entry, DirEntry = head });
        }
        else
        {
            MemoryMarshal.Write(room, in head);
        }
        name.CopyTo(room[headSize..]);
        room[used..padded].Clear();
        Length += padded;
        return true;
    }
}
