namespace HotplugFs.Engine.Memory;

/// <summary>The names that users give to DIMMs, virtio-mem devices and loads.</summary>
public static class ObjectNames
{
    /// <summary>The form of a name, for messages.</summary>
    public const string Form = "1 to 64 letters, digits, -, _ and . (not first)";

    private const int LengthMax = 64;

    /// <summary>True if the text can be a name, and so the name of a directory.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LengthMax && text[0] != '.'
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
