namespace HotplugFs.Cli.Daemon;

/// <summary>Tells the terminal of a program that stays in the foreground.</summary>
internal sealed class TextReadiness(TextWriter output, TextWriter error) : IReadiness
{
    public bool Ready(string text)
    {
        output.Write(text);
        output.Flush();
        return true;
    }

    public void Complain(string line) => error.WriteLine($"hotplugfs: {line}");

    /// <summary>The exception goes on to where all verbs' errors are shown.</summary>
    public bool Failed(string problem) => false;

    public void Dispose()
    {
    }
}
