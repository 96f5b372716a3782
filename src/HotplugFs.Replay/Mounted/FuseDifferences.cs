namespace HotplugFs.Replay.Mounted;

/// <summary>What FUSE's side of the kernel decides without asking, and differently from sysfs.</summary>
internal static class FuseDifferences
{
    private const string Error = "error";

    private const string OfTypes = "FUSE gives its own type, whatever the server says, for the part that is a debugfs too";
    private const string OfErrors = "FUSE takes no error above 511 from a server";
    private const string OfHardLinks = "decided by the host's fs.protected_hardlinks before FUSE is asked";

    private const string OfXattrs =
        "FUSE would ask the server for every file that ls -l lists; it is told once that there are none, and remembers";

    public static readonly KnownDifference[] Rows =
    [
        new("statfs", "type", "0x62656572", "0x65735546", OfTypes),
        new("statfs", "type", "0x64626720", "0x65735546", OfTypes),
        new("mmap, private", Error, "ENODEV", Difference.Success, "FUSE maps files whose reads go past the page cache, if nobody else sees it"),
        new(CallName.EmptyWrite, Error, "EINVAL", Difference.Success, "FUSE answers for the server; only debugfs would have refused"),
        new("write", Error, "?", "EIO", OfErrors),
        new("write", Error, "512", "EIO", OfErrors),
        new("getxattr of user.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of security.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of trusted.*", Error, "ENODATA", "EOPNOTSUPP", OfXattrs),
        new("getxattr of system.*", Error, "EOPNOTSUPP", "ENODATA", "FUSE takes no answer for no access control list"),
        new("setxattr of security.*", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("setxattr of security.*", Error, Difference.Success, "EPERM", "decided by the host's security modules before FUSE is asked"),
        new("setxattr of trusted.*", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("listxattr", Error, Difference.Success, "EOPNOTSUPP", OfXattrs),
        new("link", Error, "EACCES", "EPERM", OfHardLinks),
        new("link", Error, "EPERM", "EACCES", OfHardLinks),
        new("realpath of firmware_node", Error, Difference.Success, "ENOENT", "the ACPI device that the link names is not simulated"),
        new(CallName.GoneLseek, Error, "ENODEV", Difference.Success, "FUSE moves the position without asking"),
    ];
}
