namespace HotplugFs.Fuse.Passthrough;

/// <summary>The attributes that the kernel may read without asking the server, if it supports passthrough.</summary>
public enum PassthroughUse
{
    /// <summary>No attributes.</summary>
    None,

    /// <summary>Attributes whose text and object never change, so that passthrough is not observable.</summary>
    Constant,

    /// <summary>
    /// All attributes. An open file keeps the text of the time of open(2), whereas sysfs returns the current text after lseek(2) to the
    /// beginning, and ENODEV after the object was removed.
    /// </summary>
    All,
}
