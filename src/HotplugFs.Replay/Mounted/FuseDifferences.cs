namespace HotplugFs.Replay.Mounted;

/// <summary>
/// What the kernel's FUSE client decides in another way than sysfs, before the server is asked. README.md has the same table.
/// </summary>
internal static class FuseDifferences
{
    private const string Error = "error";

    private const string OfTypes = "FUSE reports its own type for the whole mount, which includes the files of debugfs";
    private const string OfErrors = "FUSE accepts no errno above 511 from a server";
    private const string OfHardLinks = "decided by the host's fs.protected_hardlinks before FUSE is asked";

    private const string OfNumbers = "flags and ioctls have other numbers on other architectures, and the recorder knew one set";

    private const string OfXattrs =
        "answered once with ENOSYS so that FUSE stops asking; otherwise `ls -l` would cost one more request per file";

    public static readonly KnownDifference[] All =
    [
        new("statfs", "type", "0x62656572", "0x65735546", OfTypes),
        new("statfs", "type", "0x64626720", "0x65735546", OfTypes),
        new("mmap, private", Error, "ENODEV", Difference.Success, "FUSE allows private mappings of files that bypass the page cache"),
        new(CallName.EmptyWrite, Error, "EINVAL", Difference.Success, "FUSE does not ask the server; only debugfs would refuse"),
        new("write", Error, "?", "EIO", OfErrors),
        new("write", Error, "512", "EIO", OfErrors),
        new("getxattr of user.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of security.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of trusted.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of system.*", Error, "EOPNOTSUPP", "ENODATA", "FUSE reports \"not supported\" as \"no ACL\""),
        new("setxattr of security.*", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("setxattr of security.*", Error, Difference.Success, "EPERM", "decided by the host's security modules before FUSE is asked"),
        new("setxattr of trusted.*", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("listxattr", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("fcntl", "value", "131074", "32770", OfNumbers),
        new("fcntl", "value", "65538", "32770", OfNumbers),
        new("fionread", Error, "ENOTTY", Difference.Success, OfNumbers),
        new("link", Error, "EACCES", "EPERM", OfHardLinks),
        new("link", Error, "EPERM", "EACCES", OfHardLinks),
        new(CallName.SeekRemoved, Error, "ENODEV", Difference.Success, "FUSE moves the position without asking the server"),
    ];
}
