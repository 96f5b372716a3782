namespace HotplugFs.Machines.Dumps;

/// <summary>What an import could not take from a dump, or had to guess. Equal ones are one line with their number.</summary>
public sealed class Losses
{
    private readonly OrderedDictionary<string, (int Count, string First)> _groups = [];

    /// <summary>Number of lines.</summary>
    public int Count => _groups.Count;

    /// <summary>The lines: <c>memory3 and 11 more: no valid_zones; the zone is guessed from the address</c>.</summary>
    public IEnumerable<string> Lines => _groups.Select(group =>
        $"{group.Value.First}{(group.Value.Count > 1 ? $" and {group.Value.Count - 1} more" : "")}: {group.Key}");

    /// <summary>Notes what is missing or guessed.</summary>
    /// <param name="where">The object that it concerns.</param>
    /// <param name="what">What is lost, without the object's name.</param>
    public void Add(string where, string what)
    {
        var (count, first) = _groups.TryGetValue(what, out var group) ? group : (0, where);
        _groups[what] = (count + 1, first);
    }
}
