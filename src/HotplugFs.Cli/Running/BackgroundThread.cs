namespace HotplugFs.Cli.Running;

/// <summary>Starts threads that do not keep the process alive.</summary>
internal static class BackgroundThread
{
    /// <summary>Runs an action beside the main thread; it does not keep the process alive.</summary>
    /// <param name="name">A name that debuggers and /proc show.</param>
    public static void Start(string name, Action run) => new Thread(() => run()) { IsBackground = true, Name = name }.Start();
}
