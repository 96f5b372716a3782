namespace HotplugFs.Cli.Running;

/// <summary>The children of an init process.</summary>
internal static class Children
{
    /// <summary>Waits until any child has exited. There must be one.</summary>
    public static (int Process, WaitStatus Status) WaitForAny()
    {
        while (true)
        {
            var exited = SysWait.WaitPid(SysWait.AnyChild);
            if (exited.IsOk)
                return exited.Value;
            if (exited.Error != Errno.EINTR)
                throw new InvalidOperationException($"waitpid: {exited.Error.Text()}");
        }
    }
}
