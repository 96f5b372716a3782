namespace HotplugFs.Kernfs;

/// <summary>A regular file with a fixed name. Derived classes define what reading, writing and polling an open file do.</summary>
public abstract class FileEntry : FixedEntry
{
    private readonly long _size;

    private protected FileEntry(string name, uint mode, long size, IsVisible? isVisible)
        : base(name, isVisible)
    {
        Mode = mode & ModeBits.PermissionMask;
        _size = size;
    }

    /// <summary>The permissions.</summary>
    public uint Mode { get; }

    /// <summary>st_size in bytes, or <see cref="SysfsAttribute.OnePage"/>. It does not depend on the length of the text.</summary>
    public virtual long Size => _size;

    /// <summary>Returns st_size in a tree with pages of a size.</summary>
    internal virtual long SizeIn(int pageSize) => Size;

    /// <summary>True if the size can change at any time.</summary>
    internal virtual bool IsVolatile => false;

    /// <summary>
    /// True if opening fails with EACCES, even for root, when no permission bit allows the access, as in sysfs (the kernel's
    /// KERNFS_ROOT_EXTRA_OPEN_PERM_CHECK).
    /// </summary>
    internal virtual bool ModeBindsRoot => false;

    /// <summary>True if the text of the object's file never changes during the tree's lifetime.</summary>
    internal virtual bool IsConstantOf(int obj) => false;

    /// <summary>The length in bytes of the text that a read from the beginning would return now.</summary>
    /// <param name="scratch">A buffer for the text; its old contents are lost.</param>
    /// <returns>The length, or the error of the read.</returns>
    internal abstract Result<long> MeasureText(int obj, TextBuffer scratch);

    /// <inheritdoc cref="KernfsOpenFile.TryCopy"/>
    internal virtual bool TryCopy(KernfsOpenFile file, TextBuffer text) => false;

    /// <inheritdoc cref="KernfsOpenFile.Read"/>
    internal abstract Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination);

    /// <inheritdoc cref="KernfsOpenFile.Write"/>
    internal abstract Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data);

    /// <inheritdoc cref="KernfsOpenFile.Poll"/>
    internal virtual PollEvents Poll(KernfsOpenFile file) => PollEvents.Always;
}
