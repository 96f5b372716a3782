using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Explanations;

/// <summary>docs/rules.md, made from the texts of <c>hotplugfs explain</c>.</summary>
internal static class RulesDocument
{
    private const string Introduction = """
        # Rules

        A refused or ignored write names its rule: in brackets at the end of its line in `hotplugfs/log`, and as `rule` in the
        [journal](journal.md). The names are stable. The section that a rule links to has the errno of each kernel and the recordings.
        `hotplugfs explain DIR --last` prints the same with the numbers of the last refusal ([explain.md](explain.md)). This document is made by
        `hotplugfs --rules-document`.

        | rule | why | what to do instead | section |
        | --- | --- | --- | --- |

        """;

    /// <summary>Writes an introduction, and a row for each <see cref="RefusalRule"/>.</summary>
    public static void Write(TextWriter output)
    {
        output.Write(Introduction);
        foreach (var rule in Enum.GetValues<RefusalRule>())
        {
            var text = RuleText.Of(rule);
            var section = $"[{text.Section}]({text.Document["docs/".Length..]}#{Anchor(text.Section)})";
            output.Write($"| `{rule.Word()}` | {text.Meaning} | {text.Instead} | {section} |\n");
        }
    }

    /// <summary>The name that a heading has in a link: small letters, without punctuation, with hyphens for spaces.</summary>
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
}
