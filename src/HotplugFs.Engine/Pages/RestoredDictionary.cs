namespace HotplugFs.Engine.Pages;

/// <summary>Puts what a state stream has read into a dictionary.</summary>
internal static class RestoredDictionary
{
    /// <summary>Replaces the entries by those that were read; does nothing if they were written.</summary>
    public static void Replace<TKey, TValue>(
        this Dictionary<TKey, TValue> dictionary, StateStream state, IReadOnlyCollection<KeyValuePair<TKey, TValue>> entries)
        where TKey : notnull
    {
        if (!state.IsReading)
            return;
        dictionary.Clear();
        foreach (var (key, value) in entries)
            dictionary.Add(key, value);
    }
}
