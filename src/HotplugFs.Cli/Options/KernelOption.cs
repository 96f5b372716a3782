using System.CommandLine;
using HotplugFs.Kernels;

namespace HotplugFs.Cli.Options;

/// <summary>The option <c>--kernel</c>.</summary>
internal static class KernelOption
{
    /// <summary>What the option means, also as the mount option <c>kernel=</c>.</summary>
    public const string Description = "Kernel version to simulate [default: the machine's]";

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

    /// <summary>The names of all kernels, oldest first, then the alias of the newest.</summary>
    public static IEnumerable<string> Names => KernelCatalogue.All.Select(kernel => kernel.Name).Append(KernelCatalogue.Newest);

    /// <summary>The message for an unknown kernel; null if the kernel is known.</summary>
    public static string? Problem(string name) =>
        KernelCatalogue.Find(name) is not null ? null : KernelCatalogue.Unknown(name);
}
