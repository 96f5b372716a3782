namespace HotplugFs.Cli.Maps;

/// <summary>The files of a machine, mounted or not.</summary>
internal interface IMachineFiles
{
    /// <summary>Returns the text of a file, or null if there is none or it cannot be read.</summary>
    /// <param name="path">The path below the mount point.</param>
    string? Read(string path);

    /// <summary>Returns the names in a directory; none if there is no such directory.</summary>
    /// <param name="path">The path below the mount point.</param>
    IEnumerable<string> List(string path);
}
