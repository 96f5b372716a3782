namespace HotplugFs.Cli.Running;

/// <summary>A message on a <see cref="RunChannel"/>.</summary>
internal readonly record struct RunMessage(RunMessageKind Kind, string Text);

/// <summary>The kinds of message on a <see cref="RunChannel"/>.</summary>
internal enum RunMessageKind : byte
{
    /// <summary>From the init process: the machine covers the host's files, so that the command can be started.</summary>
    Covered = 1,

    /// <summary>From the starter: it starts the command now.</summary>
    Starting,

    /// <summary>From the init process: the namespaces exist. From the starter: the process id of the command.</summary>
    Started,

    /// <summary>From the init process and the starter: a line to show to the user.</summary>
    Problem,

    /// <summary>From the init process, before it exits: its exit status.</summary>
    Ended,

    /// <summary>From the supervisor: the number of a signal that it received.</summary>
    Signal,
}
