namespace HotplugFs.Engine.Memory;

/// <summary>What the firmware states about vendor and product (SMBIOS), by the names of the files in <c>/sys/class/dmi/id</c>.</summary>
public static class DmiNames
{
    /// <summary>A machine whose firmware has no such tables.</summary>
    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    /// <summary>The names, in the order in which <c>modalias</c> lists their texts, with the letters that it puts before each.</summary>
    public static IReadOnlyList<(string Name, string Letters)> All { get; } =
    [
        ("bios_vendor", "bvn"), ("bios_version", "bvr"), ("bios_date", "bd"), ("bios_release", "br"), ("ec_firmware_release", "efr"),
        ("sys_vendor", "svn"), ("product_name", "pn"), ("product_version", "pvr"),
        ("board_vendor", "rvn"), ("board_name", "rn"), ("board_version", "rvr"),
        ("chassis_vendor", "cvn"), ("chassis_type", "ct"), ("chassis_version", "cvr"), ("product_sku", "sku"),
        ("product_family", ""), ("product_serial", ""), ("product_uuid", ""), ("board_serial", ""), ("board_asset_tag", ""),
        ("chassis_serial", ""), ("chassis_asset_tag", ""),
    ];

    /// <summary>True for the texts that only root may read.</summary>
    public static bool IsSecret(string name) =>
        name is "product_uuid" || name.EndsWith("_serial", StringComparison.Ordinal);
}
