using System.CommandLine;
using System.CommandLine.Invocation;

namespace HotplugFs.Cli.Documentation;

/// <summary>A hidden option that writes a document generated from the program's subcommands and options.</summary>
internal static class DocumentOption
{
    /// <summary>Adds an option that prints a document and exits.</summary>
    /// <param name="write">Writes the document; its first argument is the root command.</param>
    public static Option<bool> Make(string name, Action<Command, TextWriter> write) =>
        new(name) { Hidden = true, Action = new WriteDocument(write) };

    private sealed class WriteDocument(Action<Command, TextWriter> write) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            write(parseResult.RootCommandResult.Command, parseResult.InvocationConfiguration.Output);
            return ExitStatus.Success;
        }
    }
}
