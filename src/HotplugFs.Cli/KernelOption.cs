using System.CommandLine;
using HotplugFs.Engine.Kernels;

namespace HotplugFs.Cli;

/// <summary>The option <c>--kernel</c> of several verbs.</summary>
internal static class KernelOption
{
    /// <summary>Makes one for a verb.</summary>
    public static Option<string?> Make()
    {
        var option = new Option<string?>("--kernel")
        {
            HelpName = "VERSION",
            Description = "The kernel whose rules hold, instead of the machine's own",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && KernelCatalogue.Find(name) is null)
                result.AddError($"--kernel {name} is not known; known are {string.Join(", ", KernelCatalogue.All.Select(profile => profile.Name))}"
                    + $" and {KernelCatalogue.Newest}");
        });
        return option;
    }
}
