namespace HotplugFs.Engine.Processors;

/// <summary>Whether the CPUs beside the first of each core may be online. Source: docs/kernels.md, "CPU directories".</summary>
public enum SmtControl
{
    /// <summary>They may.</summary>
    On,

    /// <summary>They may not, until it is switched on again.</summary>
    Off,

    /// <summary>They may not until the machine boots again.</summary>
    ForceOff,
}

/// <summary>The words of <c>smt/control</c>.</summary>
public static class SmtControls
{
    /// <summary>What the file shows and takes, in the order of the values.</summary>
    public static IReadOnlyList<string> Words { get; } = ["on", "off", "forceoff"];

    /// <summary>The word of a value.</summary>
    public static string Word(this SmtControl control) => Words[(int)control];

    /// <summary>Parses a word, exactly.</summary>
    /// <returns>The value; null for another word.</returns>
    public static SmtControl? Parse(string word)
    {
        for (var i = 0; i < Words.Count; i++)
            if (Words[i] == word)
                return (SmtControl)i;
        return null;
    }
}
