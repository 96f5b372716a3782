using System.Collections.Immutable;

namespace HotplugFs.Kernels;

/// <summary>A list of names that differs between releases.</summary>
/// <param name="rows">
/// Lines of <see cref="VersionRanges"/>, blanks, and the names that these releases have here. A name that has moved is in two rows.
/// </param>
internal sealed class NameTable(string rows)
{
    /// <summary>Returns the names of a release in their order.</summary>
    public ImmutableArray<string> In(Version release)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var row in rows.AsSpan().EnumerateLines())
        {
            var ranges = row[..row.IndexOf(' ')];
            if (!VersionRanges.Contain(ranges, release))
                continue;
            var rest = row[ranges.Length..];
            foreach (var word in rest.Split(' '))
            {
                if (!rest[word].IsEmpty)
                    names.Add(rest[word].ToString());
            }
        }
        return names.DrainToImmutable();
    }
}
