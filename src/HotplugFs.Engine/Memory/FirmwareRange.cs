namespace HotplugFs.Engine.Memory;

/// <summary>An entry of the map that the firmware gives the kernel at boot.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Last">The last address.</param>
/// <param name="Type">What is there, such as <see cref="Ram"/>.</param>
public sealed record FirmwareRange(long Start, long Last, string Type)
{
    /// <summary>The type of memory that the kernel can use.</summary>
    public const string Ram = "System RAM";

    /// <summary>The type of memory that the firmware keeps.</summary>
    public const string Reserved = "Reserved";

    /// <summary>The type of memory that the firmware keeps for a purpose, such as that of CXL devices.</summary>
    public const string SoftReserved = "Soft Reserved";

    /// <summary>The largest number of entries.</summary>
    public const int CountMax = 1 << 10;

    /// <summary>True if a text can be a type: up to 64 printable characters.</summary>
    public static bool IsType(string type) =>
        type.Length is > 0 and <= 64 && type.All(symbol => symbol is >= ' ' and <= '~' and not '"' and not '\\');
}
