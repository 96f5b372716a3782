namespace HotplugFs.Fuse;

/// <summary>How to mount.</summary>
public sealed record FuseMountOptions
{
    /// <summary>Let users other than the one who mounts in; permission bits count either way.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Nothing in it can be written: writing is EROFS, whatever a file's mode.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>What the tables of mounts show as mounted there, as findmnt and <c>mount -a</c> see it.</summary>
    public string Source { get; init; } = "hotplugfs";

    /// <summary>The device; tests name one that is missing.</summary>
    internal string DevicePath { get; init; } = "/dev/fuse";

    /// <summary>The program that mounts for users who may not; tests name one that is missing.</summary>
    internal string Fusermount { get; init; } = "fusermount3";

    /// <summary>Leave mount(2) out; tests use the program though they could do without.</summary>
    internal bool AvoidsSystemCall { get; init; }
}
