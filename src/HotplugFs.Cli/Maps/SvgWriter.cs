namespace HotplugFs.Cli.Maps;

/// <summary>Writes the elements of a picture. Numbers are written alike on every computer.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends a rect element.</summary>
    /// <param name="kind">Its classes.</param>
    /// <param name="radius">Of its corners.</param>
    public void Rectangle(string kind, double x, double y, double width, double height, double radius)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{x:0.##}\" y=\"{y:0.##}\"");
        _text.Append(CultureInfo.InvariantCulture, $" width=\"{width:0.##}\" height=\"{height:0.##}\" rx=\"{radius}\"/>\n");
    }

    /// <summary>Appends a line of letters.</summary>
    /// <param name="kind">Its classes.</param>
    /// <param name="y">Of the base line.</param>
    public void Text(string kind, double x, double y, string text) =>
        _text.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:0.##}\" y=\"{y:0.##}\">{Escape(text)}</text>\n");

    /// <summary>A line through points.</summary>
    /// <param name="kind">Its classes.</param>
    /// <param name="path">In the notation of the attribute d.</param>
    public void Path(string kind, FormattableString path) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"{FormattableString.Invariant(path)}\"/>\n");

    /// <summary>Begins a group whose title a browser shows.</summary>
    public void BeginGroup(string title) => _text.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape(title)}</title>\n");

    /// <summary>Ends what <see cref="BeginGroup"/> began.</summary>
    public void EndGroup() => _text.Append("</g>\n");

    public override string ToString() => _text.ToString();

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
