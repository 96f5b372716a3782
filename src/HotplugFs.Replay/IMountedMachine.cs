namespace HotplugFs.Replay;

/// <summary>A mounted machine. Disposal unmounts it.</summary>
public interface IMountedMachine : IDisposable
{
    /// <summary>The mount point of the whole machine.</summary>
    string Directory { get; }

    /// <summary>An empty directory on another file system, for calls with paths on both.</summary>
    string Elsewhere { get; }
}
