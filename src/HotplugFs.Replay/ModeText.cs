namespace HotplugFs.Replay;

/// <summary>Writes st_mode as recordings do.</summary>
internal static class ModeText
{
    /// <summary>Returns <c>d</c> for a directory, <c>l</c> for a link, else <c>f</c>.</summary>
    public static string Type(uint mode) => (mode & ModeBits.TypeMask) switch
    {
        ModeBits.Directory => "d",
        ModeBits.Link => "l",
        _ => "f",
    };

    /// <summary>Returns what follows the name in a listing: <c>/</c> for a directory, <c>@</c> for a link.</summary>
    public static string Suffix(uint mode) => Type(mode) switch { "d" => "/", "l" => "@", _ => "" };

    /// <summary>Returns the permissions: four octal digits.</summary>
    public static string Permissions(uint mode) => Convert.ToString(mode & ModeBits.PermissionMask, 8).PadLeft(4, '0');
}
