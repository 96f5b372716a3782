namespace HotplugFs.Kernfs;

/// <summary>
/// The functions that describe a tree. With <c>using static HotplugFs.Kernfs.EntryFactory</c> a description reads like a recursive listing:
/// one line per entry, starting with its name.
/// </summary>
/// <remarks>
/// <c>isVisible</c> returns which objects have an entry; null means all. <c>size</c> is st_size in bytes. A <c>line</c> does not include
/// the newline, which is appended.
/// </remarks>
public static class EntryFactory
{
    /// <summary>A read-only attribute, 0444 (the kernel's <c>DEVICE_ATTR_RO</c>).</summary>
    /// <param name="isConstant">Returns for which objects the text never changes; null for none.</param>
    public static SysfsAttribute Ro(
        string name, Show show, uint mode = ModeBits.Mode0444, long size = SysfsAttribute.OnePage, IsVisible? isVisible = null,
        IsConstant? isConstant = null) =>
        new(name, show, null, mode, size, isVisible) { Constancy = isConstant };

    /// <summary>A read-only attribute of one line.</summary>
    /// <param name="isConstant">Returns for which objects the text never changes; null for none.</param>
    public static SysfsAttribute Ro(string name, Line line, IsConstant? isConstant = null) =>
        Ro(name, ShowLine(line), isConstant: isConstant);

    /// <summary>A read-only attribute whose one line is the same for all objects.</summary>
    /// <param name="isConstant">Returns true for objects that are never removed; null for none.</param>
    public static SysfsAttribute Ro(string name, string line, IsConstant? isConstant = null)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        return Ro(name, (_, text) => text.Append(bytes), isConstant);
    }

    /// <summary>A readable and writable attribute, 0644 (<c>DEVICE_ATTR_RW</c>).</summary>
    public static SysfsAttribute Rw(
        string name, Show show, Store store, uint mode = ModeBits.Mode0644, long size = SysfsAttribute.OnePage,
        IsVisible? isVisible = null) =>
        new(name, show, store, mode, size, isVisible);

    /// <summary>A readable and writable attribute of one line.</summary>
    public static SysfsAttribute Rw(string name, Line line, Store store) => Rw(name, ShowLine(line), store);

    /// <summary>A write-only attribute, 0200 (<c>DEVICE_ATTR_WO</c>).</summary>
    public static SysfsAttribute Wo(
        string name, Store store, uint mode = ModeBits.Mode0200, long size = SysfsAttribute.OnePage, IsVisible? isVisible = null) =>
        new(name, null, store, mode, size, isVisible);

    /// <summary>A text of any length, such as /proc/meminfo (the kernel's seq_file).</summary>
    /// <param name="show">Null if reading is not supported.</param>
    /// <param name="store">Null if writing is not supported.</param>
    public static SeqFileEntry Text(
        string name, Show? show, Store? store = null, uint mode = ModeBits.Mode0444, long size = 0, IsVisible? isVisible = null) =>
        new(name, show, store, mode, size, isVisible);

    /// <summary>A binary attribute (<c>BIN_ATTR_RO</c>), whose text is made by each read.</summary>
    /// <param name="size">st_size; reads return nothing beyond it.</param>
    /// <param name="omitsLastByte">See <see cref="BinaryAttribute.OmitsLastByte"/>.</param>
    public static BinaryAttribute Binary(
        string name, Show show, long size, bool omitsLastByte = false, uint mode = ModeBits.Mode0444, IsVisible? isVisible = null) =>
        new(name, show, size, omitsLastByte, mode, isVisible);

    /// <inheritdoc cref="Binary(string, Show, long, bool, uint, IsVisible?)"/>
    public static BinaryAttribute Binary(string name, Line line, long size, bool omitsLastByte) =>
        Binary(name, ShowLine(line), size, omitsLastByte);

    /// <summary>A debugfs attribute, 0600 and of size 0 (<c>DEFINE_SIMPLE_ATTRIBUTE</c>).</summary>
    /// <param name="show">Null if reading is not supported.</param>
    /// <param name="store">Null if writing is not supported.</param>
    public static DebugfsAttribute Debugfs(
        string name, Show? show, Store? store, uint mode = ModeBits.Mode0600, IsVisible? isVisible = null) =>
        new(name, show, store, mode, isVisible);

    /// <summary>A debugfs attribute of one line.</summary>
    /// <param name="line">Appends the line; the newline is added.</param>
    public static DebugfsAttribute Debugfs(string name, Line line, Store store) => Debugfs(name, ShowLine(line), store);

    /// <summary>An append-only log that can be read while it grows.</summary>
    public static LogStream Stream(string name, ILogSource source, uint mode = ModeBits.Mode0444) => new(name, source, mode);

    /// <summary>A link with a fixed target.</summary>
    public static LinkEntry Link(string name, string target, IsVisible? isVisible = null)
    {
        var bytes = Encoding.UTF8.GetBytes(target);
        return new LinkEntry(name, (_, text) => text.Append(bytes), isVisible);
    }

    /// <summary>A link whose target depends on the directory's object.</summary>
    public static LinkEntry Link(string name, ShowTarget target, IsVisible? isVisible = null) => new(name, target, isVisible);

    /// <summary>A directory with the given entries.</summary>
    public static DirectoryEntry Dir(string name, params ReadOnlySpan<Entry> entries) => new(name, new DirectoryType(entries), null);

    /// <summary>A directory of a type that several directories share, such as <c>power</c>.</summary>
    public static DirectoryEntry Dir(string name, DirectoryType type, IsVisible? isVisible = null) => new(name, type, isVisible);

    /// <summary>Directories named by a prefix and a number: memory0, memory1, ...</summary>
    /// <param name="type">The contents of each; its object is the child's number.</param>
    public static NumberedChildren Numbered(string prefix, IObjectSet objects, DirectoryType type) => new(prefix, objects, type, null);

    /// <summary>Links named by a prefix and a number.</summary>
    /// <param name="target">Makes the target from the child's number.</param>
    public static NumberedChildren Numbered(string prefix, IObjectSet objects, ShowTarget target) => new(prefix, objects, null, target);

    /// <summary>Directories with individual names, such as IDs chosen by users.</summary>
    /// <param name="type">The contents of each; its object is the child's number.</param>
    public static NamedChildren Named(INamedObjectSet objects, DirectoryType type) => new(objects, type, null);

    /// <summary>Links with individual names.</summary>
    /// <param name="target">Makes the target from the child's number.</param>
    public static NamedChildren Named(INamedObjectSet objects, ShowTarget target) => new(objects, null, target);

    /// <summary>Character device files with individual names, 0600. They cannot be opened: FUSE mounts have no devices.</summary>
    /// <param name="device">Returns the device number of a child.</param>
    public static NamedChildren CharacterDevices(INamedObjectSet objects, DeviceOf device) => new(objects, device);

    /// <summary>Entries that only some kernels or configurations have.</summary>
    public static ReadOnlySpan<Entry> When(bool condition, params ReadOnlySpan<Entry> entries) => condition ? entries.ToArray() : [];

    private static Show ShowLine(Line line) => (obj, text) =>
    {
        line(obj, text);
        text.Append('\n');
        return Result.Ok;
    };
}
