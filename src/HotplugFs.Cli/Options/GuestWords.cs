namespace HotplugFs.Cli.Options;

/// <summary>What systemd-detect-virt prints of a machine: bare metal, or the names of virtual machines.</summary>
internal static class GuestWords
{
    /// <summary>The answer of a machine that is no guest.</summary>
    public const string None = "none";

    /// <summary>The answers that can be chosen.</summary>
    public static IReadOnlyList<string> All =>
    [
        None, "kvm", "qemu", "amazon", "microsoft", "vmware", "xen", "oracle", "google", "powervm", "zvm", "bochs", "uml", "parallels", "bhyve",
        "qnx", "acrn", "apple", "sre", "vm-other",
    ];
}
