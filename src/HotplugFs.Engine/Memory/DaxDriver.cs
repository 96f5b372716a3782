namespace HotplugFs.Engine.Memory;

/// <summary>The drivers of the dax bus. Source: docs/kernels.md, "Dax devices".</summary>
public enum DaxDriver
{
    /// <summary>No driver: the memory of the device is not used.</summary>
    None,

    /// <summary>A program can map the memory of the device (mode devdax).</summary>
    DeviceDax,

    /// <summary>The memory of the device is added to the machine in blocks (mode system-ram).</summary>
    Kmem,
}

/// <summary>The names of the drivers.</summary>
public static class DaxDrivers
{
    /// <summary>The drivers that exist.</summary>
    public static IReadOnlyList<DaxDriver> All { get; } = [DaxDriver.DeviceDax, DaxDriver.Kmem];

    /// <summary>The name of a driver in <c>/sys/bus/dax/drivers</c>, or <c>none</c>.</summary>
    public static string Word(this DaxDriver driver) => driver switch
    {
        DaxDriver.DeviceDax => "device_dax",
        DaxDriver.Kmem => "kmem",
        _ => "none",
    };
}
