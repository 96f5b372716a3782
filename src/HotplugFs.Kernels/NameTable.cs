using System.Collections.Immutable;

namespace HotplugFs.Kernels;

/// <summary>A list of names that differs between releases.</summary>
/// <param name="rows">
/// Lines of <see cref="VersionRanges"/>, blanks, and the names that these releases have here. A name that has moved is in two rows.
/// </param>
internal sealed class NameTable(string rows)
{
    /// <summary>Returns the names of a release in their order.</summary>
    public ImmutableArray<string> In(Version release) =>
    [
        .. from row in rows.Split('\n')
           let words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where VersionRanges.Contain(words[0], release)
           from name in words[1..]
           select name,
    ];
}
