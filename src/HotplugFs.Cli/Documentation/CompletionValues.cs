using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Documentation;

/// <summary>What shells offer for the values of options and arguments.</summary>
internal static class CompletionValues
{
    /// <summary>How to complete a value, by its placeholder in the help: what completes it, and words to offer.</summary>
    private static readonly Dictionary<string, (string Function, IEnumerable<string> Words)> Values = new()
    {
        ["COMM"] = ("words", []),
        ["ERRNO"] = ("words", [nameof(Errno.EBUSY), nameof(Errno.EINVAL), nameof(Errno.EAGAIN), nameof(Errno.ENOMEM)]),
        ["CLOCK"] = ("words", ClockOption.Words),
        ["COMMAND"] = ("words", ["--"]),
        ["DIR"] = ("machines", []),
        ["[DIR] ID"] = ("dimms", []),
        ["[DIR] NAME"] = ("checkpoints", []),
        ["[DIR] BLOCK WORD"] = ("machines", []),
        ["[DIR] CONDITION"] = ("machines", []),
        ["[DIR] PATH WORD"] = ("machines", []),
        ["[DIR] TIME"] = ("machines", []),
        ["[DIR] WHAT WHEN OUTCOME"] = ("machines", []),
        ["DUMP"] = ("files", []),
        ["FILE"] = ("files", []),
        ["RULES"] = ("files", []),
        ["TRACE"] = ("files", []),
        ["new|check|show|list FILE"] = ("files", ["new", "check", "show", "list"]),
        ["NAME"] = ("words", ["all"]),
        ["NAME|FILE"] = ("files", MachineFile.Presets),
        ["VERSION,VERSION"] = ("list", KernelCatalogue.Names),
        ["VERSION"] = ("words", KernelCatalogue.Names),
        ["OPT,.."] = ("list",
        [
            MountOptions.AllowOtherWord, MountOptions.FastWord, MountOptions.DirectWord, MountOptions.ReadOnlyWord,
            MountOptions.SubtreePrefix,
        ]),
        ["ACTION"] = ("words", ["up", "down"]),
        ["CPUS"] = ("words", [RunRequest.HostCpus, RunRequest.MachineCpus]),
        ["GUEST"] = ("words", GuestWords.All),
        ["NETWORK"] = ("words", ["host"]),
        ["ADDRESS"] = ("words", []),
        ["ID"] = ("words", []),
        ["KIND"] = ("words", PageKinds.LoadKinds),
        ["POLICY"] = ("words", ["prefer", "bind", "interleave"]),
        ["N"] = ("words", []),
        ["N,.."] = ("words", []),
        ["SECONDS"] = ("words", []),
        ["P%"] = ("words", []),
        ["PAGE"] = ("words", ["2M", "1G"]),
        ["SIZE"] = ("words", []),
        ["TEXT"] = ("words", []),
        ["TIME"] = ("words", []),
        ["ZONE"] = ("words", ["Normal", "Movable"]),
    };

    /// <summary>
    /// Finds what completes a value: <c>words</c>, <c>list</c> for several with commas, <c>files</c>, <c>machines</c>, <c>dimms</c> or
    /// <c>checkpoints</c>.
    /// </summary>
    /// <param name="value">The placeholder in the help.</param>
    /// <exception cref="InvalidOperationException">The placeholder has no row.</exception>
    public static (string Function, IEnumerable<string> Words) Of(string value) => Values.TryGetValue(value, out var known)
        ? known
        : throw new InvalidOperationException($"{nameof(CompletionValues)} has no row for the value {value}");
}
