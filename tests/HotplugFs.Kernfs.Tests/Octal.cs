namespace HotplugFs.Kernfs.Tests;

/// <summary>File modes in octal, as stat(1) and chmod(1) write them.</summary>
internal static class Octal
{
    public static uint Mode(string octal) => Convert.ToUInt32(octal, 8);

    public static string Text(uint mode) => Convert.ToString(mode, 8);
}
