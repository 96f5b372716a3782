namespace HotplugFs.Cli.Options;

/// <summary>The words that select a subcommand on the command line.</summary>
internal static class SubcommandNames
{
    public const string Capture = "capture";
    public const string Checkpoint = "checkpoint";
    public const string Container = "container";
    public const string Doctor = "doctor";
    public const string Expect = "expect";
    public const string Explain = "explain";
    public const string Fault = "fault";
    public const string Fleet = "fleet";
    public const string Import = "import";
    public const string Kernels = "kernels";
    public const string List = "list";
    public const string Load = "load";
    public const string Machine = "machine";
    public const string Map = "map";
    public const string Mount = "mount";
    public const string Plug = "plug";
    public const string Record = "record";
    public const string Replay = "replay";
    public const string Reset = "reset";
    public const string Restore = "restore";
    public const string Run = "run";
    public const string Step = "step";
    public const string Unmount = "unmount";
    public const string Unplug = "unplug";
    public const string VirtioMem = "virtio-mem";
    public const string Wait = "wait";
    public const string Watch = "watch";
}
