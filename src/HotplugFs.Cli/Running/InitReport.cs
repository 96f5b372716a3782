namespace HotplugFs.Cli.Running;

/// <summary>The init process's side of the conversation with the supervisor.</summary>
internal sealed class InitReport(RunChannel channel)
{
    private bool _hasReported;

    /// <summary>Reports that the namespaces exist.</summary>
    public void Started() => channel.Send(RunMessageKind.Started);

    /// <summary>Reports a problem. Only the first one is shown, because two threads may notice the same.</summary>
    public void Problem(string line)
    {
        if (!Interlocked.Exchange(ref _hasReported, true))
            channel.Send(RunMessageKind.Problem, line);
    }

    /// <summary>Shows a line that is no problem.</summary>
    public void Note(string line) => channel.Send(RunMessageKind.Problem, line);

    /// <summary>Reports the exit status. Without this message, the init process was killed: unshare(1) does not always tell.</summary>
    public void Ended(int status) => channel.Send(RunMessageKind.Ended, status.ToString(CultureInfo.InvariantCulture));

    /// <summary>Receives signals on a new thread, and exits the process when the supervisor has exited.</summary>
    /// <param name="onSignal">Receives the number of each signal.</param>
    /// <param name="onEnd">Called before the process exits.</param>
    public void Listen(Action<int> onSignal, Action onEnd) => BackgroundThread.Start("hotplugfs-channel", () =>
    {
        while (channel.Receive() is { } message)
        {
            if (message.Kind == RunMessageKind.Signal)
                onSignal(int.Parse(message.Text, CultureInfo.InvariantCulture));
        }
        onEnd();
        Environment.Exit(RunStatus.Failed);
    });
}
