using System.Collections.Immutable;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Policies;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>What some releases do differently from others.</summary>
/// <param name="Releases">
/// Which releases, as <see cref="VersionRanges"/>. Where the source does not name the first one, it is a recorded one, and the last one is
/// the last before a recorded one. A long-term release is taken as its last stable update.
/// </param>
/// <param name="What">A noun phrase that can follow <c>with</c> and <c>without</c>.</param>
/// <param name="Source">Recordings of it, <c>[exp]</c> or <c>[src]</c>; the marks of docs/kernels.md.</param>
internal sealed record KernelFeature(string Releases, string What, string Source)
{
    /// <summary>The names of the architectures that have it; empty for all.</summary>
    public ImmutableArray<string> Architectures { get; init; } = [];

    /// <summary>False for one that <see cref="Kernel.Note"/> does not name, because it is one of many of its kind.</summary>
    public bool IsNoted { get; init; } = true;

    /// <summary>Sets what it changes in the rules of memory.</summary>
    public Func<KernelRules, KernelRules> Rules { get; init; } = rules => rules;

    /// <summary>Sets what it changes in the rules of pages.</summary>
    public Func<PageRules, PageRules> Pages { get; init; } = pages => pages;

    /// <summary>Sets what it changes in the files.</summary>
    public Func<SysfsProfile, SysfsProfile> Files { get; init; } = files => files;

    /// <summary>Sets what it changes in <c>/proc/zoneinfo</c>.</summary>
    public Func<ZoneinfoFormat, ZoneinfoFormat> Zoneinfo { get; init; } = zoneinfo => zoneinfo;

    /// <summary>Returns true if a release has it on an architecture.</summary>
    public bool IsIn(Version release, Architecture architecture) =>
        (Architectures.IsEmpty || Architectures.Contains(architecture.Name)) && VersionRanges.Contain(Releases, release);

    /// <summary>Returns a kernel with it.</summary>
    public Kernel AddTo(Kernel kernel) => kernel with
    {
        Rules = Rules(kernel.Rules with { Pages = Pages(kernel.Rules.Pages) }),
        Files = Files(kernel.Files with { Zoneinfo = Zoneinfo(kernel.Files.Zoneinfo) }),
    };
}
