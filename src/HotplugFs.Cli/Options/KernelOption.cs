using System.CommandLine;
using HotplugFs.Kernels;

namespace HotplugFs.Cli.Options;

/// <summary>The option <c>--kernel</c>.</summary>
internal static class KernelOption
{
    /// <summary>What the option means, also as the mount option <c>kernel=</c>.</summary>
    public const string Description = "Kernel to simulate: a version, a distribution or newest; see kernels [default: the machine's]";

    /// <summary>Creates the option, which rejects unknown versions.</summary>
    public static Option<string?> Make()
    {
        var option = new Option<string?>(OptionNames.Kernel) { HelpName = "VERSION", Description = Description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Problem(name) is { } problem)
                result.AddError(problem);
        });
        return option;
    }

    /// <summary>The message for a text that is not two kernels with a comma; null if it is.</summary>
    public static string? PairProblem(string list) => list.Split(',') is [var first, var second]
        ? Problem(first) ?? Problem(second)
        : $"\"{list}\" is not two kernels (example: 4.9,6.12)";

    /// <summary>The message for an unknown kernel; null if the kernel is known.</summary>
    public static string? Problem(string name) =>
        KernelCatalogue.Find(name) is not null ? null : KernelCatalogue.Unknown(name);
}
