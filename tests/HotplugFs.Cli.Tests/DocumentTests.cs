using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using HotplugFs.Cli.Documentation;
using HotplugFs.Cli.Options;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Tests;

/// <summary>The manual page and the bash completion agree with the help.</summary>
public sealed partial class DocumentTests
{
    /// <summary>The names of an option in a line of the help.</summary>
    [GeneratedRegex(@"^  ((?:-[-?\w]+)(?:, -[-?\w]+)*)", RegexOptions.Multiline)]
    private static partial Regex OptionLine { get; }

    private static string Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        Assert.That(CommandLine.Run(args, output, error), Is.Zero, error.ToString());
        Assert.That(error.ToString(), Is.Empty);
        return output.ToString();
    }

    private static string[] Subcommands() => [.. CommandLine.Build([]).Subcommands.Select(subcommand => subcommand.Name)];

    /// <summary>The page without font changes and character escapes.</summary>
    private static string Page() => Regex.Replace(Run("--man"), @"\\f[BIR]", "").Replace(@"\-", "-").Replace(@"\(aq", "'");

    private static string SectionOf(string subcommand)
    {
        var parts = Page().Split($"\n.SS \"{subcommand}\"\n");
        Assert.That(parts, Has.Length.EqualTo(2), $"sections about {subcommand}");
        return Regex.Split(parts[1], @"\n\.S[SH] ")[0];
    }

    private static string[] OptionsInHelp(string subcommand) =>
        [.. OptionLine.Matches(Run(subcommand, "--help")).SelectMany(match => match.Groups[1].Value.Split(", "))];

    [TestCaseSource(typeof(MachineFile), nameof(MachineFile.Presets))]
    public void MachinesDocument_HasARowForThePreset(string preset) =>
        Assert.That(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", "docs", "machines.md")),
            Does.Contain($"| `--machine {preset}` | "));

    [TestCaseSource(nameof(Subcommands))]
    public void ManPage_EverySubcommand_HasSynopsisAndAllOptionsOfTheHelp(string subcommand)
    {
        Assert.That(Page().Split(".SH DESCRIPTION")[0], Does.Match($@"\nhotplugfs {subcommand}[ \n]"));
        var names = OptionsInHelp(subcommand);
        Assert.That(names, Is.Not.Empty);
        foreach (var name in names)
            Assert.That(SectionOf(subcommand), Does.Match($@"\n(\S+, )*{Regex.Escape(name)}(,|\\~|\n)"), name);
    }

    [TestCaseSource(nameof(Subcommands))]
    public void Defaults_OfTheHelp_AreThereOnceAndInTheManPage(string subcommand)
    {
        var options = Run(subcommand, "--help").Split('\n').Where(line => OptionLine.IsMatch(line)).ToList();
        Assert.That(options.Where(line => line.Split("[default: ").Length > 2), Is.Empty);
        var section = Regex.Replace(SectionOf(subcommand), @"\s+", " ");
        foreach (Match standard in Regex.Matches(string.Concat(options), @"\[default: [^]]*\]"))
            Assert.That(section, Does.Contain(standard.Value));
    }

    [TestCaseSource(nameof(Subcommands))]
    public void ManPage_EverySubcommand_HasDescriptionsAndExamplesOfTheHelp(string subcommand)
    {
        // The page breaks lines at other places.
        static string Words(string text) => Regex.Replace(text, @"\s+", " ");
        var section = Words(SectionOf(subcommand));
        var command = CommandLine.Build([]).Subcommands.Single(command => command.Name == subcommand);
        foreach (var text in command.Options.Where(option => !option.Hidden).Select(option => option.Description)
            .Concat(command.Arguments.Select(argument => argument.Description)).Append(command.Description).Concat(Examples.Of(command)))
            Assert.That(section, Does.Contain(Words(text!)).IgnoreCase);
    }

    [Test]
    public void ManPage_HiddenOptions_AreAbsent()
    {
        var page = Page();

        var program = CommandLine.Build([]);
        foreach (var option in program.Subcommands.Append(program).SelectMany(command => command.Options).Where(option => option.Hidden))
            Assert.That(page, Does.Not.Contain($"{option.Name}\n").And.Not.Contain($"[{option.Name}"));
    }

    [Test]
    public void ManPage_Sections_AreTheUsualOnes() =>
        Assert.That(
            Run("--man").Split('\n').Where(line => line.StartsWith(".SH ", StringComparison.Ordinal)).Select(line => line[4..]),
            Is.EqualTo(new[]
            {
                "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "MOUNTING AS A FILE SYSTEM", "EXAMPLES", "EXIT STATUS",
                "MACHINE FILES", "ENVIRONMENT", "FILES", "SEE ALSO",
            }));

    [TestCase(@"a\b", @"a\eb")]
    [TestCase("don't --x ~/y", @"don\(aqt \-\-x \(ti/y")]
    public void Text_SpecialCharacters_AreEscaped(string text, string escaped) => Assert.That(Roff.Text(text), Is.EqualTo(escaped));

    [Test]
    public void Example_LineThatBeginsWithADot_IsEscaped()
    {
        using var output = new StringWriter();

        new Roff(output).Example(["./my-test.sh"]);

        Assert.That(output.ToString(), Does.Contain("\n\\&./my\\-test.sh\n"));
    }

    [TestCaseSource(nameof(Subcommands))]
    public void Completion_EverySubcommand_OffersAllOptionsOfTheHelp(string subcommand) =>
        Assert.That(Complete("hotplugfs", subcommand, "-"), Is.EquivalentTo(OptionsInHelp(subcommand)));

    [Test]
    public void Completion_FirstWord_OffersAllSubcommands() => Assert.That(Complete("hotplugfs", ""), Is.SupersetOf(Subcommands()));

    [Test]
    public void Completion_ValueWithoutARow_Throws()
    {
        var program = new RootCommand { new Command("subcommand") { new Option<string>("--option") { HelpName = "NOVELTY" } } };

        Assert.That(
            () => BashCompletion.Write(program, TextWriter.Null),
            Throws.InvalidOperationException.With.Message.Contains("NOVELTY"));
    }

    [TestCase("--zsh-completion", "*{0}[")]
    [TestCase("--fish-completion", "{0}")]
    public void Completion_OfOtherShells_HasEverySubcommandAndOption(string option, string form)
    {
        var script = Run(option);
        foreach (var subcommand in Subcommands())
        {
            Assert.That(script, Does.Match($@"\b{subcommand}\b"));
            foreach (var name in OptionsInHelp(subcommand))
            {
                var word = option.StartsWith("--fish", StringComparison.Ordinal)
                    ? name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s '{name[1..]}'"
                    : name;
                Assert.That(script, Does.Contain(string.Format(CultureInfo.InvariantCulture, form, word)), subcommand);
            }
        }
    }

    /// <summary>Returns what bash offers for the last of these words.</summary>
    private static string[] Complete(params string[] words)
    {
        const string script = """
            source /dev/stdin
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _hotplugfs
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script, "bash", .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;
        bash.StandardInput.Write(Run("--bash-completion"));
        bash.StandardInput.Close();
        var offered = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return offered.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
