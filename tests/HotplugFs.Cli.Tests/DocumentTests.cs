using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using HotplugFs.Cli.Documents;

namespace HotplugFs.Cli.Tests;

/// <summary>The manual page and the completion of bash say what the help says.</summary>
public sealed partial class DocumentTests
{
    /// <summary>The names of an option in a line of the help, and a verb in the list of the program's help.</summary>
    [GeneratedRegex(@"^  ((?:-[-?\w]+)(?:, -[-?\w]+)*)", RegexOptions.Multiline)]
    private static partial Regex OptionLine { get; }

    private static string Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        Assert.That(CommandLine.Run(args, output, error), Is.Zero, error.ToString());
        Assert.That(error.ToString(), Is.Empty);
        return output.ToString();
    }

    private static string[] Verbs() => [.. CommandLine.Build([]).Subcommands.Select(verb => verb.Name)];

    /// <summary>The page without what makes letters bold and hyphens hyphens.</summary>
    private static string Page() => Run("--man").Replace(@"\fB", "").Replace(@"\fI", "").Replace(@"\fR", "").Replace(@"\-", "-").Replace(@"\(aq", "'");

    private static string SectionOf(string verb)
    {
        var parts = Page().Split($"\n.SS \"{verb}\"\n");
        Assert.That(parts, Has.Length.EqualTo(2), $"no part, or several, about {verb}");
        return Regex.Split(parts[1], @"\n\.S[SH] ")[0];
    }

    private static string[] OptionsInHelp(string verb) =>
        [.. OptionLine.Matches(Run(verb, "--help")).SelectMany(match => match.Groups[1].Value.Split(", "))];

    [TestCaseSource(nameof(Verbs))]
    public void ManPage_OfEveryVerb_HasSynopsisAndAllOptionsOfTheHelp(string verb)
    {
        Assert.That(Page().Split(".SH DESCRIPTION")[0], Does.Contain($"\nhotplugfs {verb} "));
        var names = OptionsInHelp(verb);
        Assert.That(names, Is.Not.Empty);
        foreach (var name in names)
            Assert.That(SectionOf(verb), Does.Match($@"\n(\S+, )*{Regex.Escape(name)}(,|\\~|\n)"), name);
    }

    [TestCaseSource(nameof(Verbs))]
    public void ManPage_OfEveryVerb_HasDescriptionsAndExamplesOfTheHelp(string verb)
    {
        // Lines are broken elsewhere.
        static string Words(string text) => Regex.Replace(text, @"\s+", " ");
        var section = Words(SectionOf(verb));
        var command = CommandLine.Build([]).Subcommands.Single(command => command.Name == verb);
        foreach (var text in command.Options.Where(option => !option.Hidden).Select(option => option.Description)
            .Concat(command.Arguments.Select(argument => argument.Description)).Append(command.Description).Concat(Examples.Of(command)))
            Assert.That(section, Does.Contain(Words(text!)).IgnoreCase);
    }

    [Test]
    public void ManPage_HiddenOptions_AreNotInIt()
    {
        var page = Page();

        var program = CommandLine.Build([]);
        foreach (var option in program.Subcommands.Append(program).SelectMany(command => command.Options).Where(option => option.Hidden))
            Assert.That(page, Does.Not.Contain($"{option.Name}\n").And.Not.Contain($"[{option.Name}"));
    }

    [Test]
    public void ManPage_HasTheSectionsThatReadersLookFor() =>
        Assert.That(
            Run("--man").Split('\n').Where(line => line.StartsWith(".SH ", StringComparison.Ordinal)).Select(line => line[4..]),
            Is.EqualTo(new[]
            {
                "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "MOUNTING AS A FILE SYSTEM", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES",
                "SEE ALSO",
            }));

    [TestCase(@"a\b", @"a\eb")]
    [TestCase("don't --x ~/y", @"don\(aqt \-\-x \(ti/y")]
    public void Text_WhatTheFormatterWouldTake_IsEscaped(string text, string escaped) => Assert.That(Roff.Text(text), Is.EqualTo(escaped));

    [Test]
    public void Example_LineThatBeginsWithADot_IsNoMacro()
    {
        using var output = new StringWriter();

        new Roff(output).Example(["./my-test.sh"]);

        Assert.That(output.ToString(), Does.Contain("\n\\&./my\\-test.sh\n"));
    }

    [TestCaseSource(nameof(Verbs))]
    public void Completion_OfEveryVerb_OffersAllOptionsOfTheHelp(string verb) =>
        Assert.That(Complete("hotplugfs", verb, "-"), Is.EquivalentTo(OptionsInHelp(verb)));

    [Test]
    public void Completion_FirstWord_OffersAllVerbs() => Assert.That(Complete("hotplugfs", ""), Is.SupersetOf(Verbs()));

    [Test]
    public void Completion_ValueThatHasNoRow_IsAMistake()
    {
        var program = new RootCommand { new Command("verb") { new Option<string>("--option") { HelpName = "NOVELTY" } } };

        Assert.That(() => BashCompletion.Write(program, TextWriter.Null), Throws.InvalidOperationException.With.Message.Contains("NOVELTY"));
    }

    /// <summary>What bash offers for the last of these words.</summary>
    private static string[] Complete(params string[] words)
    {
        const string script = """
            source /dev/stdin
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _hotplugfs
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script, "bash", .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        bash.StandardInput.Write(Run("--bash-completion"));
        bash.StandardInput.Close();
        var offered = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return offered.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
