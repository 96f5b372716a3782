namespace HotplugFs.Cli.Places;

/// <summary>Bind mounts that put a mounted machine at the real paths, in the mount namespace of the thread that applies them.</summary>
/// <param name="sysroot">The machine's mount point.</param>
internal sealed class BindMounts(string sysroot)
{
    /// <summary>A directory of the machine that is always empty.</summary>
    private const string EmptyDirectory = "/sys/bus/memory/drivers";

    private readonly List<string> _targets = [];

    /// <summary>Mounts the machine's files over those of the host.</summary>
    /// <param name="places">The paths.</param>
    /// <param name="overlayRefused">Called for a path that does not exist and that an overlay could not add.</param>
    /// <exception cref="CommandException">A path of the host stays visible.</exception>
    public void Apply(IEnumerable<string> places, Action<string, Errno> overlayRefused)
    {
        foreach (var place in MachinePlaces.OnlyOf(sysroot))
            Apply(place, isSimulated: true, overlayRefused);
        if (MachinePlaces.Exists(sysroot + MachinePlaces.DeviceNumbers)
            && AddByOverlay(MachinePlaces.DeviceNumbers) is { IsOk: false } refused)
            overlayRefused(MachinePlaces.DeviceNumbers, refused.Error);
        foreach (var place in places)
        {
            var isSimulated = MachinePlaces.Exists(sysroot + place) && (!MachinePlaces.IsOptional(place) || MachinePlaces.Exists(place));
            Apply(place, isSimulated, overlayRefused);
        }
    }

    private void Apply(string place, bool isSimulated, Action<string, Errno> overlayRefused)
    {
        if (MachinePlaces.Exists(place))
            Bind(isSimulated ? sysroot + place : sysroot + EmptyDirectory, place);
        else if (isSimulated && AddByOverlay(Path.GetDirectoryName(place)!) is { IsOk: false } refused)
            overlayRefused(place, refused.Error);
        else if (isSimulated)
            Bind(sysroot + place, place);
    }

    /// <summary>Mounts a file of the machine over a path.</summary>
    /// <exception cref="CommandException">The mount failed.</exception>
    public void Bind(string source, string place)
    {
        var mounted = SysMount.Mount(source, place, null, SysMount.MS_BIND, null);
        if (!mounted.IsOk)
            throw new CommandException($"cannot mount over {place}: {mounted.Error.Text()}");
        _targets.Add(place);
    }

    /// <summary>Detaches all mounts, the last one first.</summary>
    public void Detach()
    {
        for (var index = _targets.Count - 1; index >= 0; index--)
            _ = SysMount.Umount2(_targets[index], SysMount.MNT_DETACH);
        _targets.Clear();
    }

    /// <summary>Adds the machine's directories beside the kernel's, because no directory can be created in a sysfs.</summary>
    private Result AddByOverlay(string parent)
    {
        var mounted = SysMount.Mount("overlay", parent, "overlay", 0, $"lowerdir={Escape(sysroot + parent)}:{parent}");
        if (mounted.IsOk)
            _targets.Add(parent);
        return mounted;
    }

    /// <summary>Escapes what separates directories and options in an overlay's mount options.</summary>
    public static string Escape(string path) => path
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace(":", @"\:", StringComparison.Ordinal)
        .Replace(",", @"\,", StringComparison.Ordinal);
}
