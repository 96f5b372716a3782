namespace HotplugFs.Kernfs;

/// <summary>Makes the text of an attribute (the kernel's <c>show</c>).</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 if there is a single instance.</param>
/// <param name="text">Receives the text; empty at the call.</param>
/// <returns>Success, or the error of the reader's read(2).</returns>
public delegate Result Show(int obj, TextBuffer text);

/// <summary>Makes the only line of an attribute, without its newline.</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 if there is a single instance.</param>
/// <param name="text">Receives the line; empty at the call.</param>
public delegate void Line(int obj, TextBuffer text);

/// <summary>Receives the bytes of one write(2) to an attribute (the kernel's <c>store</c>).</summary>
/// <param name="obj">The number of the object that the attribute belongs to; 0 if there is a single instance.</param>
/// <param name="text">At least one byte; valid during the call only.</param>
/// <returns>The number of bytes accepted (fewer than given is a short write), or the error of write(2).</returns>
public delegate Result<int> Store(int obj, ReadOnlySpan<byte> text);

/// <summary>Makes the target of a link.</summary>
/// <param name="obj">The object of the directory for a fixed link; the child's number for a link of a child set.</param>
/// <param name="text">Receives the target; empty at the call.</param>
public delegate void ShowTarget(int obj, TextBuffer text);

/// <summary>Returns the device number of a device file as stat(2) encodes it (<see cref="NodeAttributes.DeviceNumber"/>).</summary>
/// <param name="obj">The child's number.</param>
public delegate uint DeviceOf(int obj);

/// <summary>
/// Returns true if neither the attribute's text nor its object can change during the tree's lifetime, so that opens may share one copy.
/// </summary>
public delegate bool IsConstant(int obj);

/// <summary>Returns true if an object has the entry (the kernel's <c>is_visible</c>). Called at each lookup.</summary>
public delegate bool IsVisible(int obj);
