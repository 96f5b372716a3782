using System.Diagnostics.CodeAnalysis;
using HotplugFs.Engine.Pages;

namespace HotplugFs.Sysfs.Control;

/// <summary>A write to <c>hotplugfs/load/start</c>: <c>id=app kind=anon size=300M node=1</c>.</summary>
/// <param name="Id">The load's name.</param>
/// <param name="SizeBytes">The memory that it uses.</param>
/// <param name="Kind">The kind of its pages.</param>
/// <param name="Node">The number of the node that it prefers; null for the first online one.</param>
/// <param name="Churn">How many times it frees and allocates pages, 0 to <see cref="Loads.ChurnMax"/>.</param>
/// <param name="Seed">What the order of that follows from.</param>
/// <param name="HugePageKiB">The size of its huge pages; 0 for the default size.</param>
internal sealed record LoadRequest(string Id, long SizeBytes, PageKind Kind, int? Node, MemoryPolicy Policy, int Churn, int Seed, int HugePageKiB)
{
    private const string StartForm =
        "id=NAME size=BYTES [kind=KIND] [node=N] [policy=prefer|bind|interleave] [churn=TIMES] [seed=N] [hugepage_size=BYTES], "
        + "for instance id=app size=300M node=1";

    private const string ResizeForm = "id=NAME size=BYTES, for instance id=app size=100M";

    /// <summary>Parses the words <c>KEY=VALUE</c>.</summary>
    /// <param name="problem">What is wrong with the text, and what would be right.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out LoadRequest? request, out string problem)
    {
        request = null;
        string[] others = ["kind", "node", "policy", "churn", "seed", "hugepage_size"];
        if (!KeyValues.TryParse(text, ["id", "size"], others, StartForm, out var values, out problem))
            return false;
        var (kindWord, policyWord) = (values.GetValueOrDefault("kind", "anon"), values.GetValueOrDefault("policy", "prefer"));
        var (kind, policy, churn, seed, node) = (default(PageKind), default(MemoryPolicy), (int?)0, (int?)1, (int?)null);
        var hugePage = 0L;
        if (!LoadDefinition.IsId(values["id"]))
            problem = $"id={values["id"]} is not a valid name: {LoadDefinition.IdForm}";
        else if (!ByteSize.TryParse(values["size"], out var size))
            problem = SizeProblem(values["size"]);
        else if (!PageKinds.TryParse(kindWord, out kind))
            problem = $"kind={kindWord} is unknown (known: {string.Join(", ", PageKinds.LoadKinds)})";
        else if (!MemoryPolicies.TryParse(policyWord, out policy))
            problem = $"policy={policyWord} is unknown (known: {string.Join(", ", MemoryPolicies.Words)})";
        else if (values.TryGetValue("node", out var word) && (node = Number(word)) is null)
            problem = $"node={word} is no node of the machine";
        else if ((churn = Number(values.GetValueOrDefault("churn", "0"))) is null or > Loads.ChurnMax
            || (seed = Number(values.GetValueOrDefault("seed", "1"))) is null)
            problem = $"churn and seed are numbers, and churn is at most {Loads.ChurnMax}";
        else if (values.TryGetValue("hugepage_size", out var hugeWord) && (kind != PageKind.Hugetlb || !ByteSize.TryParse(hugeWord, out hugePage)))
            problem = $"hugepage_size={hugeWord} is for kind=hugetlb, and is a size of huge pages such as 1G";
        else
            request = new LoadRequest(values["id"], size, kind, node, policy, churn.Value, seed.Value, (int)Math.Min(hugePage >> 10, int.MaxValue));
        return request is not null;
    }

    /// <summary>Parses a write to <c>hotplugfs/load/resize</c>.</summary>
    /// <inheritdoc cref="TryParse"/>
    public static bool TryParseSize(string text, out string id, out long size, out string problem)
    {
        (id, size) = ("", 0);
        if (!KeyValues.TryParse(text, ["id", "size"], [], ResizeForm, out var values, out problem))
            return false;
        id = values["id"];
        if (ByteSize.TryParse(values["size"], out size))
            return true;
        problem = SizeProblem(values["size"]);
        return false;
    }

    private static string SizeProblem(string text) => $"size={text} is not a size; write bytes or a number with K, M, G or T";

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
