namespace HotplugFs.Engine.Memory;

/// <summary>Where a PCI device is.</summary>
/// <param name="Domain">0 to 65535.</param>
/// <param name="Bus">0 to 255.</param>
/// <param name="Device">0 to 31.</param>
/// <param name="Function">0 to 7.</param>
public readonly record struct PciAddress(int Domain, int Bus, int Device, int Function)
{
    private const int Length = 12;

    /// <summary>The address of the root bus, as in <c>pci0000:3b</c>.</summary>
    public string Root => $"{Domain:x4}:{Bus:x2}";

    /// <inheritdoc/>
    public override string ToString() => $"{Domain:x4}:{Bus:x2}:{Device:x2}.{Function}";

    /// <summary>Parses an address such as <c>0000:3b:00.0</c>.</summary>
    public static bool TryParse(string text, out PciAddress address)
    {
        address = default;
        if (text.Length != Length || text[4] != ':' || text[7] != ':' || text[10] != '.')
            return false;
        var parts = (Hex(text[..4]), Hex(text[5..7]), Hex(text[8..10]), Hex(text[11..]));
        if (parts is not ( >= 0 and var domain, >= 0 and var bus, >= 0 and <= 31 and var device, >= 0 and <= 7 and var function))
            return false;
        address = new PciAddress(domain, bus, device, function);
        return true;
    }

    private static int Hex(string digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
