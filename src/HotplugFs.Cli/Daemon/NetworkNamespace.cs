namespace HotplugFs.Cli.Daemon;

/// <summary>The network namespace of this process.</summary>
internal static class NetworkNamespace
{
    private const string Link = "/proc/self/ns/net";

    /// <summary>The namespace as <c>net:[inode]</c>.</summary>
    /// <exception cref="CommandException">There is no /proc.</exception>
    public static string Current
    {
        get
        {
            if (!Directory.Exists("/proc/self"))
                throw new CommandException($"there is no {Link}; mount /proc (mount -t proc proc /proc)");
            return File.ResolveLinkTarget(Link, returnFinalTarget: false)!.Name;
        }
    }
}
