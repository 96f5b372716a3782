namespace HotplugFs.Cli.Daemon;

/// <summary>The network namespace of this process.</summary>
internal static class NetworkNamespace
{
    /// <summary>The namespace as <c>net:[inode]</c>.</summary>
    public static string Current => File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;
}
