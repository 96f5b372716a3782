using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>The colors of pictures, for light and dark pages.</summary>
internal static class SvgStyle
{
    /// <summary>
    /// The rules of both color schemes. Variables for the colors would be shorter, but not every program that draws SVG has them.
    /// </summary>
    public const string Css = """
        text{font-family:ui-sans-serif,system-ui,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2328}
        .t{font-size:20px;font-weight:700}.h{font-size:15px;font-weight:600}.s{font-size:13px}
        .c{font-size:13px;font-weight:700}.l{font-size:11px;font-weight:700}.z{font-size:11px;fill:#59636e}
        .m{fill:#59636e}.e{text-anchor:end}.i{text-anchor:middle}
        .bg{fill:#fff}.panel{fill:#f6f8fa;stroke:#d0d7de}.dimm{fill:none;stroke:#818b98;stroke-width:1.5}
        .off{fill:#fff;stroke:#818b98;stroke-width:1.5;stroke-dasharray:4 3}.track{fill:#e3e8ee}
        .N{fill:#cfe1fd}.M{fill:#c9efd4}.D,.A{fill:#e3dafc}.H{fill:#fbe7b8}.V,.X{fill:#dde3ea}
        .uN{fill:#3b82f6}.uM{fill:#1fa84f}.uD,.uA{fill:#8b5cf6}.uH{fill:#d99a08}.uV,.uX{fill:#7d8896}
        .k{fill:#e8590c}.p{fill:#d6336c}.h2{fill:#0b94a8}.kp{fill:url(#kernel)}.kl{stroke:#e8590c;stroke-width:4}
        .b{stroke:#e8590c;stroke-width:4;stroke-linecap:round}.go{fill:none;stroke:#e8590c;stroke-width:3}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}.m,.z{fill:#9198a1}
        .bg{fill:#0d1117}.panel{fill:#151b23;stroke:#3d444d}.dimm{stroke:#9198a1}
        .off{fill:#0d1117;stroke:#9198a1}.track{fill:#2a313c}
        .N{fill:#1c3a66}.M{fill:#17482b}.D,.A{fill:#41317a}.H{fill:#5c4309}.V,.X{fill:#343b45}
        .uN{fill:#4c8dff}.uM{fill:#2eb85c}.uD,.uA{fill:#9a75ff}.uH{fill:#e0a526}.uV,.uX{fill:#7d8896}
        .k{fill:#ff8a3d}.p{fill:#ff6b9d}.h2{fill:#2bc4d9}.kl{stroke:#ff8a3d}.b{stroke:#ff8a3d}.go{stroke:#ff8a3d}
        }

        """;

    /// <summary>The class for the free part of a zone.</summary>
    public static string Free(ZoneType zone) => MapWords.Letter(zone).ToString();

    /// <summary>The class for the used part of a zone.</summary>
    public static string Used(ZoneType zone) => $"u{MapWords.Letter(zone)}";

    /// <summary>The class for pages of a kind; null for those that have the color of their zone.</summary>
    public static string? OfKind(PageKind kind) => kind switch
    {
        PageKind.Kernel => "k",
        PageKind.Pinned or PageKind.Poisoned => "p",
        PageKind.Hugetlb or PageKind.HugetlbFree => "h2",
        _ => null,
    };
}
