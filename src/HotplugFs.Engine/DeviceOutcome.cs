namespace HotplugFs.Engine;

/// <summary>The outcome of a request that the device layer did not fail (the return value of device_online and device_offline).</summary>
public enum DeviceOutcome
{
    /// <summary>The device is now in the requested state.</summary>
    Done,

    /// <summary>The device was already in the requested state; nothing changed.</summary>
    Already,
}
