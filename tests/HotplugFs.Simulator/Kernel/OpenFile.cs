using HotplugFs.Engine.Tests.Differential;

namespace HotplugFs.Simulator.Kernel;

/// <summary>A file that a client has open.</summary>
/// <param name="Path">The names from the root, separated by <c>/</c>.</param>
/// <param name="BackingId">The backing file that the kernel reads; 0 if the session answers all reads.</param>
internal sealed record OpenFile(ulong Handle, ulong Node, string Path, uint Flags, int BackingId)
{
    /// <summary>True if the kernel reads the backing file by itself.</summary>
    public bool IsPassthrough { get; init; }

    /// <summary>The text of the backing file, which the kernel keeps while the file is open.</summary>
    public byte[] BackingText { get; init; } = [];

    /// <summary>The model's block that the file belongs to, if any.</summary>
    public ModelBlock? Block { get; init; }

    /// <summary>The kernel's number for the poller to wake; null if no poller waits.</summary>
    public ulong? Waiter { get; set; }

    /// <summary>The last name of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
