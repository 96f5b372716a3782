namespace HotplugFs.Cli.Running;

/// <summary>A message on a <see cref="RunChannel"/>.</summary>
internal readonly record struct RunMessage(RunMessageKind Kind, string Text);

/// <summary>The kinds of message on a <see cref="RunChannel"/>.</summary>
internal enum RunMessageKind : byte
{
    /// <summary>From the init process: the namespaces exist.</summary>
    Started = 1,

    /// <summary>From the init process: a line to show to the user.</summary>
    Problem,

    /// <summary>From the supervisor: the number of a signal that it received.</summary>
    Signal,
}
