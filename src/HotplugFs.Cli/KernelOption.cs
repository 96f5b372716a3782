using System.CommandLine;
using HotplugFs.Engine.Kernels;

namespace HotplugFs.Cli;

/// <summary>The option <c>--kernel</c> of several verbs.</summary>
internal static class KernelOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--kernel";

    /// <summary>Makes one for a verb.</summary>
    public static Option<string?> Make()
    {
        var option = new Option<string?>(Name)
        {
            HelpName = "VERSION",
            Description = "The kernel whose rules hold, instead of the machine's own",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Problem($"--kernel {name}", name) is { } problem)
                result.AddError(problem);
        });
        return option;
    }

    /// <summary>The names of all kernels, the newest one's other name last.</summary>
    public static IEnumerable<string> Names => KernelCatalogue.All.Select(profile => profile.Name).Append(KernelCatalogue.Newest);

    /// <summary>What is wrong with a kernel's name.</summary>
    /// <param name="written">The option as the user wrote it.</param>
    /// <param name="name">The name.</param>
    /// <returns>Null if there is such a kernel.</returns>
    public static string? Problem(string written, string name) =>
        KernelCatalogue.Find(name) is not null
            ? null
            : $"{written} is not known; known are {string.Join(", ", Names.SkipLast(1))} and {Names.Last()}";
}
