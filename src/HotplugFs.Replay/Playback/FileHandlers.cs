using HotplugFs.Kernels;

namespace HotplugFs.Replay.Playback;

/// <summary>Repeats reads and writes of files.</summary>
internal sealed class FileHandlers(ReplaySession session)
{
    private const string Dlpar = "/sys/kernel/dlpar";

    private readonly bool _alwaysRemovable =
        KernelCatalogue.Get(session.Trace.Machine.Kernel, session.Trace.Machine.Definition.Architecture).Files.ReportsAlwaysRemovable;

    public void Write(WriteOperation operation)
    {
        var data = Encoding.Latin1.GetBytes(operation.Data);
        if (IsSkipped(operation))
            return;
        session.Controls.SetOfflineResult(OfflineResultOf(operation), operation.Path == Dlpar ? BusyForDlpar(operation) : null);
        var outcome = session.Machine.Write(operation.Path, data, (uint)operation.As);
        var call = data.Length == 0 ? CallName.EmptyWrite : "write";
        var results = session.CompareError(operation, outcome.Error, outcome.At, call);
        if (results.Length == 0 || outcome.Error is not null)
            return;
        long Count(WriteOperation result) => result.N ?? data.Length;
        if (Array.TrueForAll(results, result => Count(result) != outcome.Count))
            session.Diverged(operation, $"write returned {outcome.Count}, expected {Count(results[0])}");
    }

    public void Read(ReadOperation operation)
    {
        if (operation.Path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            session.Skip("/proc of the recorded machine");
            return;
        }
        if (DependsOnKernelPages(operation.Path))
        {
            session.Skip("removable of a block in a kernel zone: depends on where pages of the kernel are");
            return;
        }
        if (IsSkipped(operation))
            return;
        var outcome = session.Machine.Read(operation.Path, (uint)operation.As);
        var results = session.CompareError(operation, outcome.Error, outcome.At, "read");
        var text = Encoding.Latin1.GetString(outcome.Data);
        if (results.Length > 0 && outcome.Error is null && Array.TrueForAll(results, result => result.Data != text))
            session.Diverged(operation, $"read {ReplaySession.Quote(outcome.Data)}, expected {Quote(results[0].Data)}");
    }

    /// <summary>
    /// Returns the blocks that refused while several were to be removed, as the uevents tell: they were online before or came online, and did
    /// not go offline. Which of the others refused makes no difference.
    /// </summary>
    private IEnumerable<int>? BusyForDlpar(WriteOperation operation)
    {
        if (!operation.Data.Contains("count", StringComparison.Ordinal))
            return null;
        IEnumerable<int> Blocks(string action) => (operation.Uev ?? [])
            .Select(message => message.Split('\0')[0])
                .Where(header => header.StartsWith($"{action}@/devices/system/memory/memory", StringComparison.Ordinal))
            .Select(header => int.Parse(header[(header.LastIndexOf('y') + 1)..], CultureInfo.InvariantCulture));
        var online = session.Expected.Blocks.Where(block => block.Value.IsOnlineForKernel).Select(block => block.Key);
        return online.Union(Blocks("online")).Except(Blocks("offline"));
    }

    private static string Quote(string? text) => ReplaySession.Quote(Encoding.Latin1.GetBytes(text ?? ""));

    private bool IsSkipped(FileOperation operation)
    {
        var reason = session.Machine.WhyNotAs((uint)operation.As, isSequence: false);
        if (reason is not null)
            session.Skip(reason);
        return reason is not null;
    }

    /// <summary>Returns the recorded result of offlining pages; see the remarks of <see cref="Replayer"/>.</summary>
    public static string OfflineResultOf(WriteOperation operation) => operation.Err switch
    {
        "EBUSY" => ControlFiles.Busy,
        "EAGAIN" => ControlFiles.Again,
        "EIO" when operation.Path.EndsWith("soft_offline_page", StringComparison.Ordinal) => ControlFiles.Busy,
        _ => ControlFiles.Success,
    };

    /// <summary>
    /// True for <c>removable</c> of a block for which an older kernel looks at the pages. It does not for offline blocks and those in zone
    /// Movable (docs/kernels.md, "removable").
    /// </summary>
    private bool DependsOnKernelPages(string path)
    {
        const string prefix = "memory/memory";
        const string suffix = "/removable";
        return !_alwaysRemovable
            && path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(path[prefix.Length..^suffix.Length], out var number)
            && session.Expected.Blocks.TryGetValue(number, out var block) && block.IsOnlineForKernel;
    }
}
