namespace HotplugFs.Cli.Running;

/// <summary>
/// A program in the place of systemd-detect-virt that prints a chosen answer. systemd-detect-virt asks the processor (CPUID), which no file
/// can change; therefore the answer replaces the program (docs/kernels.md, "Identity").
/// </summary>
internal static class VirtualizationAnswer
{
    private static readonly string[] Programs = ["/usr/bin/systemd-detect-virt", "/bin/systemd-detect-virt"];

    /// <summary>Puts the program at its path in the mount namespace of this thread.</summary>
    /// <param name="word">One of <see cref="GuestWords.All"/>.</param>
    /// <exception cref="CommandException">There is no systemd-detect-virt, or a mount was refused.</exception>
    public static void Mount(string word)
    {
        if (Array.Find(Programs, File.Exists) is not { } program)
            throw new CommandException($"{OptionNames.Virt} answers in place of systemd-detect-virt, which this system does not have");
        // A file system of its own, because /tmp may be mounted without execution.
        var directory = Directory.CreateTempSubdirectory("hotplugfs-virt-").FullName;
        try
        {
            Require(SysMount.Mount("tmpfs", directory, "tmpfs", SysMount.MS_NOSUID | SysMount.MS_NODEV, "mode=755"), program);
            var script = Path.Combine(directory, Path.GetFileName(program));
            Require(SysStat.MkNod(script, ModeBits.Regular | ModeBits.Mode0755, 0), program);
            File.WriteAllText(script, Script(word));
            Require(SysMount.Mount(script, program, null, SysMount.MS_BIND, null), program);
            _ = SysMount.Umount2(directory, SysMount.MNT_DETACH);
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    private static void Require(Result done, string program)
    {
        if (done.Failed(out var error))
            throw new CommandException($"cannot mount over {program}: {error.Text()}");
    }

    private static string Script(string word) =>
        $$"""
        #!/bin/sh
        # In place of systemd-detect-virt by hotplugfs run --virt {{word}}.
        answer={{word}} quiet=
        for option; do
            case $option in
                --vm) ;;
                --container) answer=none ;;
                --quiet) quiet=1 ;;
                --chroot | --private-users | --cvm) answer=none quiet=1 ;;
                --*) echo "$0 (hotplugfs run --virt): $option is not supported" >&2; exit 1 ;;
                -*[!vcqr]*) echo "$0 (hotplugfs run --virt): $option is not supported" >&2; exit 1 ;;
                -*)
                    case $option in *c* | *r*) answer=none ;; esac
                    case $option in *q* | *r*) quiet=1 ;; esac
                    ;;
            esac
        done
        [ -n "$quiet" ] || echo "$answer"
        [ "$answer" != none ]

        """;
}
