using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>Lists a directory.</summary>
internal sealed class ListOperation : FallibleOperation
{
    /// <summary>The directory.</summary>
    [JsonRequired] public string Path { get; set; } = "";

    /// <summary>The names, with <c>/</c> after directories and <c>@</c> after links, without <c>.</c> and <c>..</c>.</summary>
    public List<string>? Ents { get; set; }
}

/// <summary>Calls lstat(2) for a directory and everything below it, readlink(2) for links, and reads the files.</summary>
internal sealed class TreeOperation : RecordedOperation
{
    /// <summary>The directory.</summary>
    [JsonRequired] public string Path { get; set; } = "";

    /// <summary>How many levels to descend; absent for all.</summary>
    public int? Depth { get; set; }

    /// <summary>What was found; empty if the directory does not exist.</summary>
    [JsonRequired] public List<RecordedEntry> Tree { get; set; } = [];

    /// <summary>
    /// The paths of the files whose text was different in the other run. Not compared: the texts are, but for their numbers.
    /// </summary>
    public List<string>? NondetPaths { get; set; }
}

/// <summary>
/// An entry of a <see cref="TreeOperation"/>. An entry has at most one of the last four members, or the text and its error.
/// </summary>
internal sealed class RecordedEntry
{
    /// <summary>The absolute path.</summary>
    [JsonRequired] public string Path { get; set; } = "";

    /// <summary><c>d</c>, <c>f</c> or <c>l</c>: a directory, a file, a symbolic link.</summary>
    [JsonRequired] public string Type { get; set; } = "";

    /// <summary>The permissions: four octal digits.</summary>
    [JsonRequired] public string Mode { get; set; } = "";

    /// <summary>st_size.</summary>
    [JsonRequired] public long Size { get; set; }

    /// <summary>st_nlink.</summary>
    [JsonRequired] public long Nlink { get; set; }

    /// <summary>The target of a link.</summary>
    public string? Target { get; set; }

    /// <summary>The text of a file that has a read bit.</summary>
    public string? Data { get; set; }

    /// <summary>The errno of opening the file.</summary>
    public string? OpenErr { get; set; }

    /// <summary>The errno of reading the file.</summary>
    public string? ReadErr { get; set; }
}
