using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Bridge;

/// <summary>Writes the entries of a directory in the format of READDIR or READDIRPLUS, as many as fit.</summary>
internal sealed class DirectoryWriter(NodeEncoder encoder) : IDirectorySink
{
    // The DT_* constants of readdir(3) are the type bits of st_mode, shifted down (IFTODT of dirent.h).
    private const int ModeToTypeShift = 12;

    private Reply _reply = null!;
    private uint _size;
    private bool _withAttributes;

    /// <summary>The number of bytes written.</summary>
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
        var free = _reply.GetSpan(_size)[Length..];
        var headSize = _withAttributes ? Unsafe.SizeOf<DirEntryPlus>() : Unsafe.SizeOf<DirEntry>();
        var used = headSize + name.Length;
        var padded = (used + ProtocolConstants.DirEntryAlignment - 1) & -ProtocolConstants.DirEntryAlignment;
        if (padded > free.Length)
            return false;
        var entry = encoder.Entry(id);
        var head = new DirEntry
        {
            Inode = entry.Attr.Inode,
            Offset = next,
            NameLength = (uint)name.Length,
            Type = entry.Attr.Mode >> ModeToTypeShift,
        };
        if (_withAttributes)
        {
            // The kernel looks up "." and ".." itself and must not get nodes for them.
            if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                entry = default;
            MemoryMarshal.Write(free, new DirEntryPlus { Entry = entry, DirEntry = head });
        }
        else
        {
            MemoryMarshal.Write(free, in head);
        }
        name.CopyTo(free[headSize..]);
        free[used..padded].Clear();
        Length += padded;
        return true;
    }
}
