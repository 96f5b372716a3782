using System.Text.RegularExpressions;

namespace HotplugFs.Structure.Tests;

/// <summary>A class in several files is several classes, unless a further file implements an interface or holds a nested type.</summary>
public sealed partial class PartialTests
{
    [GeneratedRegex(@"^(public|internal)[\w ]* partial (class|struct|record|record struct) (?<name>\w+)(?<bases>[^{;]*)", RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    [GeneratedRegex(@"^ {4}(public|internal|private|protected)[\w ]* (class|struct|record|interface|enum) \w+", RegexOptions.Multiline)]
    private static partial Regex NestedType { get; }

    [GeneratedRegex(@":.*\bI[A-Z]\w+", RegexOptions.Singleline)]
    private static partial Regex Interface { get; }

    [Test]
    public void FurtherFiles_OfAType_HoldAnInterfaceOrANestedType()
    {
        var parts =
            from path in Repository.Sources()
            let text = File.ReadAllText(path)
            from Match match in Declaration.Matches(text)
            group (Path: path, Text: text, Bases: match.Groups["bases"].Value) by (Path.GetDirectoryName(path), match.Groups["name"].Value);
        Assert.That(
            from type in parts
            where type.Count() > 1
            from part in type.OrderBy(part => part.Path.Length).Skip(1)
            where !Interface.IsMatch(part.Bases) && !NestedType.IsMatch(part.Text)
            select Repository.Relative(part.Path),
            Is.Empty);
    }
}
