namespace HotplugFs.Abi;

/// <summary>How a kernel parses a negative errno that is written to a file of debugfs.</summary>
public enum ErrorNumbers
{
    /// <summary>As a signed number (kstrtoll); anything else is EINVAL.</summary>
    Signed,
    /// <summary>As the number at the beginning of the text (simple_strtoll); without one it is 0.</summary>
    Leading,
    /// <summary>As an unsigned number (kstrtoull), whose bits are those of the negative one.</summary>
    Unsigned,
}
