namespace HotplugFs.Engine;

/// <summary>A range of memory that the firmware keeps from the kernel for a purpose (EFI_MEMORY_SP), which the dax bus offers as devices.</summary>
/// <param name="Node">The number of the node to which its memory is added.</param>
/// <param name="SizeBytes">The size, a multiple of 2 MiB.</param>
/// <param name="Address">The physical address, a multiple of 2 MiB; null for the next one after all other memory.</param>
public sealed record DaxDefinition(int Node, long SizeBytes, long? Address)
{
    /// <summary>The driver of its device after boot; null for the one that the kernel chooses.</summary>
    public DaxDriver? Driver { get; init; }

    /// <summary>The node that is nearest to its memory and was online at boot; null to follow from the nodes.</summary>
    public int? NearestNode { get; init; }

    /// <summary>The devices of a saved machine; empty for one device with all of the memory.</summary>
    public IReadOnlyList<DaxDeviceDefinition> Devices { get; init; } = [];
}

/// <summary>A device of a saved machine.</summary>
/// <param name="Number">The Y of daxX.Y.</param>
/// <param name="Driver">The driver that it is bound to.</param>
/// <param name="Align">See <see cref="DaxDevice.Align"/>.</param>
/// <param name="Ranges">See <see cref="DaxDevice.Ranges"/>.</param>
public sealed record DaxDeviceDefinition(int Number, DaxDriver Driver, long Align, IReadOnlyList<AddressRange> Ranges)
{
    /// <inheritdoc cref="DaxDevice.HoldsItsMemmap"/>
    public bool HoldsItsMemmap { get; init; }

    /// <inheritdoc cref="DaxDevice.MemoryState"/>
    public DaxMemoryState? MemoryState { get; init; }

    /// <summary>The name of the device with the number X of its region.</summary>
    public string NameIn(int region) => DaxDevice.NameOf(region, Number);
}
