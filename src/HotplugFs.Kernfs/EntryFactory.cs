using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// The words that a tree is written in. With <c>using static HotplugFs.Kernfs.EntryFactory</c> a tree reads like a recursive listing:
/// each entry is one line with its name in front.
/// </summary>
public static class EntryFactory
{
    /// <summary>A read-only attribute, 0444 (the kernel's <c>DEVICE_ATTR_RO</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="show">Makes its text.</param>
    /// <param name="mode">Other permissions.</param>
    /// <param name="size">Its st_size.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    /// <param name="isConstant">Of which objects its text never changes; of none if null.</param>
    public static SysfsAttribute Ro(
        string name, Show show, uint mode = ModeBits.Mode0444, long size = SysfsAttribute.PageSize, IsVisible? isVisible = null,
        IsConstant? isConstant = null) =>
        new(name, show, null, mode, size, isVisible) { Constancy = isConstant };

    /// <summary>A read-only attribute of one line.</summary>
    /// <param name="line">Appends the line; the newline is added.</param>
    /// <param name="isConstant">Returns true for objects whose text never changes; null for none.</param>
    public static SysfsAttribute Ro(string name, Line line, IsConstant? isConstant = null) =>
        Ro(name, ShowLine(line), isConstant: isConstant);

    /// <summary>A read-only attribute whose one line is the same for all objects.</summary>
    /// <param name="line">The line, without its newline.</param>
    /// <param name="isConstant">Returns true for objects that are never removed; null for none.</param>
    public static SysfsAttribute Ro(string name, string line, IsConstant? isConstant = null)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        return Ro(name, (_, text) => text.Append(bytes), isConstant);
    }

    /// <summary>A readable and writable attribute of one line.</summary>
    /// <param name="line">Appends the line; the newline is added.</param>
    /// <param name="store">Handles a write.</param>
    public static SysfsAttribute Rw(string name, Line line, Store store) => Rw(name, ShowLine(line), store);

    /// <summary>Entries that only some kernels or configurations have.</summary>
    public static ReadOnlySpan<Entry> When(bool condition, params ReadOnlySpan<Entry> entries) => condition ? entries.ToArray() : [];

    private static Show ShowLine(Line line) => (obj, text) =>
    {
        line(obj, text);
        text.Append('\n');
        return Result.Ok;
    };

    /// <summary>A readable and writable attribute, 0644 (<c>DEVICE_ATTR_RW</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="show">Makes its text.</param>
    /// <param name="store">Takes what is written.</param>
    /// <param name="mode">Other permissions.</param>
    /// <param name="size">Its st_size.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static SysfsAttribute Rw(
        string name, Show show, Store store, uint mode = ModeBits.Mode0644, long size = SysfsAttribute.PageSize,
        IsVisible? isVisible = null) =>
        new(name, show, store, mode, size, isVisible);

    /// <summary>A write-only attribute, 0200 (<c>DEVICE_ATTR_WO</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="store">Takes what is written.</param>
    /// <param name="mode">Other permissions.</param>
    /// <param name="size">Its st_size.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static SysfsAttribute Wo(
        string name, Store store, uint mode = ModeBits.Mode0200, long size = SysfsAttribute.PageSize, IsVisible? isVisible = null) =>
        new(name, null, store, mode, size, isVisible);

    /// <summary>A text of any length, such as /proc/meminfo (the kernel's seq_file).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="show">Makes its text.</param>
    /// <param name="store">Takes what is written; null if nothing may be.</param>
    /// <param name="mode">Permissions.</param>
    /// <param name="size">Its st_size.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static SeqFileEntry Text(
        string name, Show show, Store? store = null, uint mode = ModeBits.Mode0444, long size = 0, IsVisible? isVisible = null) =>
        new(name, show, store, mode, size, isVisible);

    /// <summary>A binary attribute (<c>BIN_ATTR_RO</c>): its text is made anew by each read.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="show">Makes its text.</param>
    /// <param name="size">Its st_size; nothing behind it is given.</param>
    /// <param name="omitsLastByte">See <see cref="BinaryAttribute.OmitsLastByte"/>.</param>
    /// <param name="mode">Permissions.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static BinaryAttribute Binary(
        string name, Show show, long size, bool omitsLastByte = false, uint mode = ModeBits.Mode0444, IsVisible? isVisible = null) =>
        new(name, show, size, omitsLastByte, mode, isVisible);

    /// <summary>A binary attribute of one line.</summary>
    /// <param name="line">Appends the line; the newline is added.</param>
    /// <param name="size">Its st_size; bytes after it are not returned.</param>
    /// <param name="omitsLastByte">See <see cref="BinaryAttribute.OmitsLastByte"/>.</param>
    public static BinaryAttribute Binary(string name, Line line, long size, bool omitsLastByte) =>
        Binary(name, ShowLine(line), size, omitsLastByte);

    /// <summary>A debugfs attribute, 0600 and of size 0 (<c>DEFINE_SIMPLE_ATTRIBUTE</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="show">Makes its text; null if it cannot be read.</param>
    /// <param name="store">Takes what is written; null if it cannot be written.</param>
    /// <param name="mode">Other permissions.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static DebugfsAttribute Debugfs(
        string name, Show? show, Store? store, uint mode = ModeBits.Mode0600, IsVisible? isVisible = null) =>
        new(name, show, store, mode, isVisible);

    /// <summary>An append-only log that is read as it grows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">The log.</param>
    /// <param name="mode">Permissions.</param>
    public static LogStream Stream(string name, ILogSource source, uint mode = ModeBits.Mode0444) => new(name, source, mode);

    /// <summary>A link with a fixed target.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="target">Where it points to.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static LinkEntry Link(string name, string target, IsVisible? isVisible = null)
    {
        var bytes = Encoding.UTF8.GetBytes(target);
        return new LinkEntry(name, (_, text) => text.Append(bytes), isVisible);
    }

    /// <summary>A link whose target depends on the directory's object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="target">Makes where it points to.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static LinkEntry Link(string name, Target target, IsVisible? isVisible = null) => new(name, target, isVisible);

    /// <summary>A directory, its entries written in place.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">What is in it.</param>
    public static DirectoryEntry Dir(string name, params ReadOnlySpan<Entry> rows) => new(name, new DirectoryType(rows), null);

    /// <summary>A directory of a type that several places share, such as <c>power</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">What is in it.</param>
    /// <param name="isVisible">Which objects have it; all if null.</param>
    public static DirectoryEntry Dir(string name, DirectoryType type, IsVisible? isVisible = null) => new(name, type, isVisible);

    /// <summary>Directories named by a word and a number: memory0, memory1, ...</summary>
    /// <param name="prefix">The word.</param>
    /// <param name="objects">Which there are.</param>
    /// <param name="type">What is in each; its object is the child's number.</param>
    public static NumberedChildren Numbered(string prefix, IObjectSet objects, DirectoryType type) => new(prefix, objects, type, null);

    /// <summary>Links named by a word and a number.</summary>
    /// <param name="prefix">The word.</param>
    /// <param name="objects">Which there are.</param>
    /// <param name="target">Makes the target from the child's number.</param>
    public static NumberedChildren Numbered(string prefix, IObjectSet objects, Target target) => new(prefix, objects, null, target);

    /// <summary>Directories with names of their own, such as ids that users chose.</summary>
    /// <param name="objects">Which there are.</param>
    /// <param name="type">What is in each; its object is the child's number.</param>
    public static NamedChildren Named(INamedObjectSet objects, DirectoryType type) => new(objects, type, null);

    /// <summary>Links with names of their own.</summary>
    /// <param name="objects">Which there are.</param>
    /// <param name="target">Makes the target from the child's number.</param>
    public static NamedChildren Named(INamedObjectSet objects, Target target) => new(objects, null, target);
}
