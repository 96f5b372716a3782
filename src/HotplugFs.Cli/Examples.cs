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
        var help = command.Options.OfType<HelpOption>().SingleOrDefault();
        if (help is null)
        {
            help = new HelpOption();
            command.Options.Add(help);
        }
        help.Action = new HelpWithExamples((HelpAction)help.Action!, lines);
    }

    private sealed class HelpWithExamples(HelpAction help, string[] lines) : SynchronousCommandLineAction
    {
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
