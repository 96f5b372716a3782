using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace HotplugFs.Cli.Options;

/// <summary>Examples at the end of a command's help.</summary>
internal static class Examples
{
    /// <summary>Gives a command a help option that also shows examples.</summary>
    /// <param name="lines">The examples, each as one would type it; a line that begins with words and a colon is a remark.</param>
    public static void AddTo(Command command, params string[] lines)
    {
        if (command.Options.OfType<HelpOption>().SingleOrDefault() is { } standard)
            command.Options.Remove(standard);
        // The standard option has the alias /h, which is a directory on Linux.
        var help = new HelpOption("--help", "-h", "-?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!, lines);
        command.Options.Add(help);
    }

    /// <summary>Returns the examples of a command.</summary>
    public static IReadOnlyList<string> Of(Command command) =>
        [.. command.Options.OfType<HelpOption>().Select(help => help.Action).OfType<HelpWithExamples>().SelectMany(action => action.Lines)];

    private sealed class HelpWithExamples(HelpAction help, string[] lines) : SynchronousCommandLineAction
    {
        public string[] Lines => lines;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var status = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in lines)
                output.WriteLine($"  {line}");
            output.WriteLine();
            return status;
        }
    }
}
