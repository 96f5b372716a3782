namespace HotplugFs.Fuse;

/// <summary>Which attributes the kernel may read without asking the server, where it can.</summary>
public enum PassthroughUse
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that never change, whose object never goes: nobody can tell the difference.</summary>
    Constant,

    /// <summary>
    /// All: an open file keeps the text of the moment when it was opened, where sysfs gives the present one after lseek(2) to the beginning,
    /// and ENODEV after the object went.
    /// </summary>
    All,
}
