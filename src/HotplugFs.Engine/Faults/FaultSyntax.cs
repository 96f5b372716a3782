using System.Diagnostics.CodeAnalysis;

namespace HotplugFs.Engine.Faults;

/// <summary>
/// Faults as text: <c>memory43 offline EBUSY times=2</c>. The first words are the target, the point and, for <c>read</c>, the file; an
/// outcome and options follow in any order. In <c>text=</c>, <c>\n</c> is a line end, <c>\040</c> a blank and <c>\\</c> a backslash.
/// </summary>
public static class FaultSyntax
{
    /// <summary>The form of a fault, for messages.</summary>
    public const string Form =
        "WHAT WHEN OUTCOME [take=TIME] [times=N] [after=N] [probability=P%] [seed=N], for instance memory43 offline EBUSY times=2";

    /// <summary>The forms of an outcome, for messages.</summary>
    public const string OutcomeForm = "an errno such as EBUSY, take=3s, both, success, default, or for reads text=TEXT";

    private const string DefaultWord = "default";
    private const string SuccessWord = "success";

    /// <summary>The symbols that <c>text=</c> writes in another way.</summary>
    private static readonly (string Symbol, string Escape)[] Escapes = [("\\", "\\\\"), ("\n", "\\n"), (" ", "\\040"), ("\t", "\\011")];

    /// <summary>Splits a line into words at blanks.</summary>
    public static string[] Split(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Parses the words of a fault.</summary>
    /// <param name="problem">What is wrong, and what would be right.</param>
    public static bool TryParse(ReadOnlySpan<string> words, [NotNullWhen(true)] out FaultDefinition? fault, out string problem)
    {
        fault = null;
        if (words.Length < 2)
            return Fail($"write {Form}", out problem);
        if (!FaultTarget.TryParse(words[0], out var target))
            return Fail($"\"{words[0]}\" is not {FaultTarget.Form}", out problem);
        if (!FaultPoints.TryParse(words[1], out var point))
            return Fail($"\"{words[1]}\" is not {FaultPoints.Form}", out problem);
        var definition = new FaultDefinition(target, point, default);
        var options = words[2..];
        if (point == FaultPoint.Read && options is [var file, ..] && !file.Contains('='))
        {
            definition = definition with { File = file.Trim('/') };
            options = options[1..];
        }
        if (options.IsEmpty)
            return Fail($"the outcome is missing; write {OutcomeForm}", out problem);
        foreach (var option in options)
        {
            if (Apply(definition, option, out problem) is not { } next)
                return false;
            definition = next;
        }
        problem = definition.FindProblem() ?? "";
        if (problem.Length > 0)
            return false;
        fault = definition;
        return true;
    }

    /// <summary>The words that <see cref="TryParse"/> accepts, joined by blanks.</summary>
    public static string Format(FaultDefinition fault) =>
        string.Join(' ', Words(fault));

    /// <summary>The words that <see cref="TryParse"/> accepts.</summary>
    internal static IEnumerable<string> Words(FaultDefinition fault) =>
        Keys(fault).Select(word => word.Key is "what" or "when" or "file" or "outcome" ? word.Value : $"{word.Key}={word.Value}");

    /// <summary>The words of a fault, each with its key in a machine file.</summary>
    public static IEnumerable<(string Key, string Value)> Keys(FaultDefinition fault)
    {
        var outcome = fault.Outcome;
        (string, string?)[] words =
        [
            ("what", fault.Target.ToString()),
            ("when", fault.Point.Word()),
            ("file", fault.File),
            ("outcome", outcome.Result is not null || outcome == default ? Word(outcome.Result) : null),
            ("take", outcome.Time is { } time ? TimeText.Format(time) : null),
            ("times", Digits(fault.Times)),
            ("after", Digits(fault.After > 0 ? fault.After : null)),
            ("probability", fault.Percent is { } percent ? $"{Digits(percent)}%" : null),
            ("seed", Digits(fault.Percent is null ? null : fault.Seed)),
            ("until", fault.UntilRemoved ? "removed" : null),
            ("text", outcome.Text is { } text ? Escape(text) : null),
        ];
        foreach (var (key, value) in words)
            if (value is not null)
                yield return (key, value);
    }

    /// <summary>An outcome in a few words, for the log.</summary>
    internal static string Describe(in FaultOutcome outcome) => outcome switch
    {
        { Text: not null } => "text",
        { Time: { } time, Result: null } => $"take={TimeText.Format(time)}",
        { Time: { } time } => $"{Word(outcome.Result)} take={TimeText.Format(time)}",
        _ => Word(outcome.Result),
    };

    /// <summary>Adds one word to a definition.</summary>
    /// <returns>Null if the word is wrong.</returns>
    private static FaultDefinition? Apply(FaultDefinition fault, string word, out string problem)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var value = word[(equals + 1)..];
        var next = (equals < 0 ? "" : word[..equals]) switch
        {
            "" => TryResult(word, out var result) ? fault with { Outcome = fault.Outcome with { Result = result } } : null,
            "take" when TimeText.TryParse(value, out var time) && time <= FaultDefinition.TimeMax =>
                fault with { Outcome = fault.Outcome with { Time = time } },
            "text" => fault with { Outcome = fault.Outcome with { Text = Unescape(value) } },
            "times" when TryNumber(value, 1, out var times) => fault with { Times = times },
            "after" when TryNumber(value, 0, out var after) => fault with { After = after },
            "probability" when value.EndsWith('%') && TryNumber(value[..^1], 1, out var percent) && percent <= 100 =>
                fault with { Percent = percent },
            "seed" when TryNumber(value, 0, out var seed) => fault with { Seed = seed },
            "until" when value == "removed" => fault with { UntilRemoved = true },
            _ => null,
        };
        problem = next is not null ? "" : (equals < 0 ? "" : word[..equals]) switch
        {
            "take" => $"\"{word}\" is no time of at most a day; write take=3s or take=500ms",
            "times" => $"\"{word}\" is no number from 1 on; write times=2",
            "after" or "seed" => $"\"{word}\" is no number; write {word[..equals]}=2",
            "probability" => $"\"{word}\" is no chance from 1% to 100%; write probability=50%",
            "" => $"\"{word}\" is no outcome; write {OutcomeForm}",
            _ => $"\"{word}\" is unknown; write {Form}",
        };
        return next;
    }

    private static string Escape(string text) =>
        Escapes.Aggregate(text, (escaped, each) => escaped.Replace(each.Symbol, each.Escape, StringComparison.Ordinal));

    private static string Unescape(string word)
    {
        var text = new StringBuilder();
        for (var i = 0; i < word.Length;)
        {
            var (symbol, escape) = Array.Find(Escapes, each => word.AsSpan(i).StartsWith(each.Escape, StringComparison.Ordinal));
            text.Append(symbol ?? word[i].ToString());
            i += escape?.Length ?? 1;
        }
        return text.ToString();
    }

    private static bool TryResult(string word, out Result? result)
    {
        var isErrno = ErrnoNames.TryParse(word, out var error) && error != Errno.EWAITING;
        result = word == SuccessWord ? Result.Ok : isErrno ? (Result)error : null;
        return isErrno || word is SuccessWord or DefaultWord;
    }

    private static string Word(Result? result) => result switch
    {
        null => DefaultWord,
        { IsOk: true } => SuccessWord,
        { Error: var error } => error.Name(),
    };

    private static bool TryNumber(string digits, int min, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min;

    private static string? Digits(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static bool Fail(string what, out string problem)
    {
        problem = what;
        return false;
    }
}
