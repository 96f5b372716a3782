using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>A regular file with a fixed name. Its kind decides what reading, writing and polling an open file mean.</summary>
public abstract class FileEntry : FixedEntry
{
    private readonly long _size;

    private protected FileEntry(string name, uint mode, long size, IsVisible? isVisible)
        : base(name, isVisible)
    {
        Mode = mode & ModeBits.PermissionMask;
        _size = size;
    }

    /// <summary>Permissions.</summary>
    public uint Mode { get; }

    /// <summary>st_size, which says nothing about how long the text is.</summary>
    public virtual long Size => _size;

    /// <summary>True if the size can change at any time.</summary>
    internal virtual bool IsVolatile => false;

    /// <summary>
    /// True if a way of opening that no permission bit allows is refused to root too, as sysfs does
    /// (kernfs's KERNFS_ROOT_EXTRA_OPEN_PERM_CHECK).
    /// </summary>
    internal virtual bool ModeBindsRoot => false;

    /// <summary>True if the text of an object's file stays as it is as long as there is the tree.</summary>
    internal virtual bool IsConstantOf(int obj) => false;

    /// <summary>Makes the text that a reader would get from the beginning on, if reading shows a text of the moment and nothing else.</summary>
    internal virtual bool TryCopy(KernfsOpenFile file, TextBuffer text) => false;

    internal abstract Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination);

    internal abstract Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data);

    internal virtual PollEvents Poll(KernfsOpenFile file) => PollEvents.Always;
}
