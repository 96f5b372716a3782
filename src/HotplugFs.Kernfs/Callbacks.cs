using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>Makes the text of an attribute (the kernel's <c>show</c>).</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 where there is only one.</param>
/// <param name="text">Where to add the text; empty at the call.</param>
/// <returns>Success, or what the reader's read(2) fails with.</returns>
public delegate Result Show(int obj, TextBuffer text);

/// <summary>Appends the one line of an attribute, without its newline.</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 in a directory with a single instance.</param>
/// <param name="text">Where to append; empty at the call.</param>
public delegate void Line(int obj, TextBuffer text);

/// <summary>Takes what one write(2) wrote to an attribute (the kernel's <c>store</c>).</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 where there is only one.</param>
/// <param name="text">The bytes, at least one; valid during the call only.</param>
/// <returns>How many bytes were taken (fewer than given is a short write), or what write(2) fails with.</returns>
public delegate Result<int> Store(int obj, ReadOnlySpan<byte> text);

/// <summary>Makes the target of a link.</summary>
/// <param name="obj">The object of the directory for a fixed link, the child's number for a link of a family.</param>
/// <param name="text">Where to add the target; empty at the call.</param>
public delegate void Target(int obj, TextBuffer text);

/// <summary>
/// Says of an attribute that its text stays as it is, and its object too, as long as there is the tree: whoever has it open can be given a copy.
/// </summary>
/// <param name="obj">The number of the object.</param>
public delegate bool IsConstant(int obj);

/// <summary>Says whether an object has an entry (the kernel's <c>is_visible</c>). Asked again at each lookup.</summary>
/// <param name="obj">The number of the object.</param>
public delegate bool IsVisible(int obj);
