namespace HotplugFs.Replay.Recordings;

/// <summary>Lists a directory.</summary>
internal sealed record ListOperation : FallibleOperation
{
    /// <summary>The directory.</summary>
    public required string Path { get; init; }

    /// <summary>The names, with <c>/</c> after directories and <c>@</c> after links, without <c>.</c> and <c>..</c>.</summary>
    public IReadOnlyList<string>? Ents { get; init; }
}

/// <summary>Calls lstat(2) for a directory and everything below it, readlink(2) for links, and reads the files.</summary>
internal sealed record TreeOperation : RecordedOperation
{
    /// <summary>The directory.</summary>
    public required string Path { get; init; }

    /// <summary>How many levels to descend; absent for all.</summary>
    public int? Depth { get; init; }

    /// <summary>What was found; empty if the directory does not exist.</summary>
    public required IReadOnlyList<RecordedEntry> Tree { get; init; }

    /// <summary>The paths of the files whose text was different in the other run. Not compared: the texts are, but for their numbers.</summary>
    public IReadOnlyList<string>? NondetPaths { get; init; }
}

/// <summary>An entry of a <see cref="TreeOperation"/>. An entry has at most one of the last four members, or the text and its error.</summary>
internal sealed record RecordedEntry
{
    /// <summary>The absolute path.</summary>
    public required string Path { get; init; }

    /// <summary><c>d</c>, <c>f</c> or <c>l</c>: a directory, a file, a symbolic link.</summary>
    public required string Type { get; init; }

    /// <summary>The permissions: four octal digits.</summary>
    public required string Mode { get; init; }

    /// <summary>st_size.</summary>
    public required long Size { get; init; }

    /// <summary>st_nlink.</summary>
    public required long Nlink { get; init; }

    /// <summary>The target of a link.</summary>
    public string? Target { get; init; }

    /// <summary>The text of a file that has a read bit.</summary>
    public string? Data { get; init; }

    /// <summary>The errno of opening the file.</summary>
    public string? OpenErr { get; init; }

    /// <summary>The errno of reading the file.</summary>
    public string? ReadErr { get; init; }
}
