namespace HotplugFs.Fuse.Mount;

/// <summary>What mount(2) or fusermount3 is asked for.</summary>
public sealed record FuseMountOptions
{
    /// <summary>Let other users access the mount. Permission bits are checked in both cases.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Mount read-only: opening a file for writing fails with EROFS, whatever its mode.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The source in the mount table, as findmnt shows it and <c>mount -a</c> compares it.</summary>
    public string Source { get; init; } = "hotplugfs";

    /// <summary>The device. Tests set one that does not exist.</summary>
    internal string DevicePath { get; init; } = "/dev/fuse";

    /// <summary>The program that mounts for users without the right to. Tests set one that does not exist.</summary>
    internal string Fusermount { get; init; } = "fusermount3";

    /// <summary>Mount with the program even if mount(2) is permitted; for tests.</summary>
    internal bool AvoidsSystemCall { get; init; }
}
