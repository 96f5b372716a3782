namespace HotplugFs.Cli.Options;

/// <summary>The names of the options that one part of the program writes and another one reads.</summary>
internal static class OptionNames
{
    /// <summary>The machine: a preset, a machine file or a recording.</summary>
    public const string Machine = "--machine";

    /// <summary>The kernel version.</summary>
    public const string Kernel = "--kernel";

    /// <summary>CONFIG_MOVABLE_NODE.</summary>
    public const string MovableNode = "--movable-node";

    /// <summary>The machine's clock.</summary>
    public const string Clock = "--clock";

    /// <summary>What happens to the machine by itself.</summary>
    public const string Scenario = "--scenario";

    /// <summary>Mount options, in the notation of mount(8).</summary>
    public const string State = "--state";
    public const string Sync = "--sync";
    public const string Recover = "--recover";
    public const string Mount = "-o";

    /// <summary>Hidden: this process is the daemon of a mount and reports to its launcher.</summary>
    public const string Daemon = "--daemon";

    /// <summary>Hidden: the source that mount tables show.</summary>
    public const string Source = "--source";

    /// <summary>Hidden: the user who owns the machine's files.</summary>
    public const string Owner = "--owner";

    /// <summary>The command of <c>hotplugfs run</c> has no rights over the machine's files.</summary>
    public const string AsMe = "--as-me";

    /// <summary>The network namespace of <c>hotplugfs run</c>.</summary>
    public const string Network = "--network";

    /// <summary>The CPUs that the command of <c>hotplugfs run</c> sees.</summary>
    public const string Cpu = "--cpu";

    /// <summary>What systemd-detect-virt prints in <c>hotplugfs run</c>.</summary>
    public const string Virt = "--virt";

    /// <summary>Hidden: send uevents, unless the network namespace is the named one.</summary>
    public const string UeventsOutside = "--send-uevents-outside";

    /// <summary>Hidden: this process is the init process of the namespaces of <c>hotplugfs run</c>.</summary>
    public const string Init = "--init";

    /// <summary>Hidden: this process starts the command of <c>hotplugfs run</c>.</summary>
    public const string Start = "--start";

    /// <summary>The command of <c>hotplugfs run</c> keeps the user's own rights and devices.</summary>
    public const string Privileged = "--privileged";
}
