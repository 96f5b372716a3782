using System.Diagnostics.CodeAnalysis;

namespace HotplugFs.Cli.Watching;

/// <summary>A terminal that a program has for itself: keys arrive at once, and what was on the screen is restored at the end.</summary>
internal sealed class KeyTerminal : IDisposable
{
    private const string EnterScreen = "\e[?1049h\e[?25l";
    private const string LeaveScreen = "\e[?25h\e[?1049l";

    private readonly SysIoctl.Termios _before;
    private bool _isRestored;

    private KeyTerminal(SysIoctl.Termios before) => _before = before;

    /// <summary>Takes the terminal of standard input and output.</summary>
    /// <returns>False if there is none.</returns>
    public static bool TryOpen([NotNullWhen(true)] out KeyTerminal? terminal)
    {
        terminal = null;
        if (!SysIoctl.GetTerminal(Unistd.STDIN_FILENO).TryGet(out var settings, out _) || !SysIoctl.GetTerminal(Unistd.STDOUT_FILENO).IsOk)
            return false;
        terminal = new KeyTerminal(settings);
        _ = SysIoctl.SetTerminal(Unistd.STDIN_FILENO, settings.ForKeys());
        Write(EnterScreen);
        return true;
    }

    /// <summary>Draws lines from the top of the screen, without clearing it first, so that it does not flicker.</summary>
    /// <param name="lines">Text with escape sequences, no longer than the screen is wide.</param>
    public static void Draw(IEnumerable<string> lines) => Write($"\e[H{string.Join("\e[K\r\n", lines)}\e[K\e[J");

    /// <summary>Gives the terminal back as it was.</summary>
    public void Dispose()
    {
        if (_isRestored)
            return;
        _isRestored = true;
        Write(LeaveScreen);
        _ = SysIoctl.SetTerminal(Unistd.STDIN_FILENO, _before);
    }

    private static void Write(string text)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(text);
        // A terminal that is gone takes nothing, and the input then ends, too.
        while (!bytes.IsEmpty && Unistd.Write(Unistd.STDOUT_FILENO, bytes).TryGet(out var count, out _))
            bytes = bytes[count..];
    }
}
