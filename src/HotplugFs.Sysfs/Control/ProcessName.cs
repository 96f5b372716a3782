namespace HotplugFs.Sysfs.Control;

/// <summary>Reads the name of a process, as /proc/PID/comm shows it.</summary>
/// <param name="name">Receives the name, of which the end is cut off if it does not fit.</param>
/// <returns>The length of the name; 0 if it is not known.</returns>
public delegate int ProcessName(int pid, Span<byte> name);
