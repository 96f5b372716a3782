using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace HotplugFs.Cli;

/// <summary>Puts examples under a command's help: what most people look for there.</summary>
internal static class Examples
{
    /// <summary>Adds them.</summary>
    /// <param name="command">The command; the help option of a verb is its own, not the program's.</param>
    /// <param name="lines">The examples, each a command as one would type it.</param>
    public static void AddTo(Command command, params string[] lines)
    {
        if (command.Options.OfType<HelpOption>().SingleOrDefault() is { } usual)
            command.Options.Remove(usual);
        // Without /h, which the usual one has too, and which is a directory here.
        var help = new HelpOption("--help", "-h", "-?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!, lines);
        command.Options.Add(help);
    }

    /// <summary>The examples of a command.</summary>
    /// <param name="command">The command.</param>
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
