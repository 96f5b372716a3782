namespace HotplugFs.Cli.Terminals;

/// <summary>How a text looks on a terminal: colors of the 256 that xterm has; null for the terminal's own.</summary>
internal readonly record struct Style(byte? Foreground = null, byte? Background = null, bool IsBold = false)
{
    /// <summary>The escape sequence that turns it on (SGR); empty for plain text.</summary>
    public string Escape
    {
        get
        {
            List<string> codes = [];
            if (IsBold)
                codes.Add("1");
            if (Foreground is { } foreground)
                codes.Add($"38;5;{foreground}");
            if (Background is { } background)
                codes.Add($"48;5;{background}");
            return codes.Count == 0 ? "" : $"\e[{string.Join(';', codes)}m";
        }
    }
}
