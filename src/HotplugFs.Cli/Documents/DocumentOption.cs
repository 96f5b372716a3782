using System.CommandLine;
using System.CommandLine.Invocation;

namespace HotplugFs.Cli.Documents;

/// <summary>A hidden option of the program that writes a document about all of it, made from what the help is made from.</summary>
internal static class DocumentOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">The option.</param>
    /// <param name="write">Writes the document.</param>
    public static Option<bool> Make(string name, Action<Command, TextWriter> write) =>
        new(name) { Hidden = true, Action = new WriteDocument(write) };

    private sealed class WriteDocument(Action<Command, TextWriter> write) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            write(parseResult.RootCommandResult.Command, parseResult.InvocationConfiguration.Output);
            return ExitStatus.Ok;
        }
    }
}
