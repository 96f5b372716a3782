namespace HotplugFs.Linux;

/// <summary>linux/limits.h.</summary>
public static class LinuxLimits
{
    /// <summary>The length of the longest path in bytes, with the NUL at its end.</summary>
    public const int PATH_MAX = 4096;
}
