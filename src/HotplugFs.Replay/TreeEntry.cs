namespace HotplugFs.Replay;

/// <summary>What lstat(2), readlink(2) and reading return for a path.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Type"><c>d</c>, <c>l</c> or <c>f</c>.</param>
/// <param name="Mode">The permissions, four octal digits.</param>
/// <param name="Size">st_size.</param>
/// <param name="Links">st_nlink.</param>
/// <param name="Content">The target or the text; null for directories, for files without a read bit, and after an error.</param>
/// <param name="Error">The name of the errno of reading.</param>
internal sealed record TreeEntry(string Path, string Type, string Mode, long Size, long Links, string? Content, string? Error);
