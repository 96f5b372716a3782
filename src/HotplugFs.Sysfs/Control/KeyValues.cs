namespace HotplugFs.Sysfs.Control;

/// <summary>The words of a request to a control file: <c>KEY=VALUE</c>, separated by blanks, in any order.</summary>
internal static class KeyValues
{
    /// <summary>Parses a request.</summary>
    /// <param name="required">Keys that must be given.</param>
    /// <param name="optional">Other keys that may be given.</param>
    /// <param name="form">What to write, for messages.</param>
    /// <param name="problem">What is wrong with the text, and what would be right.</param>
    public static bool TryParse(
        string text, string[] required, string[] optional, string form, out Dictionary<string, string> values, out string problem)
    {
        values = [];
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? word : word[..equals];
            problem = equals < 0 || !required.Contains(key) && !optional.Contains(key)
                ? $"\"{word}\" is unknown; write {form}"
                : values.TryAdd(key, word[(equals + 1)..]) ? "" : $"{key}= is given twice";
            if (problem.Length > 0)
                return false;
        }
        foreach (var key in required)
        {
            if (!values.ContainsKey(key))
            {
                problem = $"{key}= is missing; write {form}";
                return false;
            }
        }
        problem = "";
        return true;
    }
}
