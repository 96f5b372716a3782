namespace HotplugFs.Abi;

/// <summary>The beginnings of words that a kernel takes for truth values (kstrtobool). Each one includes the one before.</summary>
public enum TruthWords
{
    /// <summary>y, n, 1, 0, on and of.</summary>
    YesNo,
    /// <summary>Also t and f.</summary>
    TrueFalse,
    /// <summary>Also e and d.</summary>
    EnableDisable,
}
