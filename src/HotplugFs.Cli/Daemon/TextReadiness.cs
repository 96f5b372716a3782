namespace HotplugFs.Cli.Daemon;

/// <summary>Reports to the terminal of a program that runs in the foreground.</summary>
internal sealed class TextReadiness(TextWriter output, TextWriter error) : IReadiness
{
    public bool ReportReady(string text)
    {
        output.Write(text);
        output.Flush();
        return true;
    }

    public void ReportProblem(string line) => error.WriteLine($"{ProgramIdentity.HotplugFs.Name}: {line}");

    /// <summary>Returns false, so that the exception is reported like that of any other subcommand.</summary>
    public bool ReportFailure(string problem) => false;

    public void Dispose()
    {
    }
}
