namespace HotplugFs.Kernfs;

/// <summary>Children named by a prefix and a decimal number without leading zeros: memory0, node1, cpu12.</summary>
public sealed class NumberedChildren : ChildSet
{
    private readonly byte[] _prefix;

    internal NumberedChildren(string prefix, IObjectSet objects, DirectoryType? type, ShowTarget? target)
        : base(objects, type, target)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        _prefix = Encoding.UTF8.GetBytes(prefix);
    }

    /// <inheritdoc/>
    public override bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        number = 0;
        if (!name.StartsWith(_prefix))
            return false;
        var digits = name[_prefix.Length..];
        // memory045 is not memory45 (docs/kernels.md, "Blocks").
        if (digits.IsEmpty || (digits.Length > 1 && digits[0] == '0'))
            return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + (digit - '0');
            if (number >= NodeId.ObjectLimit)
                return false;
        }
        return true;
    }

    internal override void AppendName(int parent, int number, TextBuffer text) => text.Append(_prefix).Append(number);
}
