using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// The programs of an experiment that write to files, at once or in the background. An offline in the background holds its pages as long as
/// the log shows that it was under way.
/// </summary>
internal sealed class Writers
{
    private const string Waiting = nameof(Errno.EWAITING);

    /// <summary>After so many seconds an offline that is under way waits for something; moving pages does not take so long.</summary>
    private const int MovingSecondsMax = 20;

    /// <summary>The last argument of a write has the handlers of signals in these bits, and above them a mask of the nodes of its policy.</summary>
    private const int HandlerBits = 4;

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(120);

    private readonly ExperimentSession _session;
    private readonly ToldResults _told;
    private readonly KernelSettings _settings;
    private readonly Dictionary<string, Writer> _byName = [];
    private readonly List<Writer> _waiting = [];
    private ulong _callers = ExperimentSession.Foreground;

    public Writers(ExperimentSession session, ToldResults told) => (_session, _told, _settings) = (session, told, new KernelSettings(session));

    /// <summary>True if an offline was interrupted or waits, so that places of pages depend on time.</summary>
    public bool HasPartialMoves { get; private set; }

    /// <summary>True if an operation is under way.</summary>
    public bool AnyWaits => _waiting.Count > 0;

    /// <summary>A write in the foreground.</summary>
    public void Write(ExperimentStep step)
    {
        var (path, data) = (step.Argument(1), Encoding.Latin1.GetBytes(string.Join(' ', step.Words.Skip(2))));
        if (_settings.TrySet(path, Encoding.Latin1.GetString(data)))
            return;
        var recorded = step.Text("e");
        ReleaseAll();
        var told = IsOffline(path, data, out var block) ? _told.Prepare(block.Id, recorded) : null;
        var outcome = _session.Write(path, data);
        if (outcome.Error == nameof(Errno.ENOENT) && recorded != outcome.Error)
            _session.Skip(NotComparable.OtherFile);
        else if (told is not null)
            _session.Skip(told);
        else if (recorded != outcome.Error && path.EndsWith("/soft_offline_page", StringComparison.Ordinal) && IsInKernelZone(step.Argument(2)))
            _session.Skip(NotComparable.SinglePage);
        else
            _session.Compare(step, recorded ?? Difference.Success, outcome.Error ?? Difference.Success);
        HasPartialMoves |= recorded is nameof(Errno.ENOMEM);
        if (path.EndsWith("/nr_hugepages", StringComparison.Ordinal))
            _session.HasUnmetPools = WasNotMet(path, step.Argument(2));
        Continue();
    }

    private bool IsInKernelZone(string address) =>
        address.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(address[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes)
        && bytes / ExperimentMachine.BlockSizeBytes <= BlockId.MaxNumber
        && _session.Machine.TryGetBlock(new BlockId((int)(bytes / ExperimentMachine.BlockSizeBytes)), out var block)
        && block.Zones.Lowest != ZoneType.Movable;

    /// <summary>True if a pool does not get all the huge pages that were asked for, here or in the log.</summary>
    private bool WasNotMet(string path, string asked)
    {
        var file = path["/sys/devices/system/".Length..];
        var read = _session.Later.TakeWhile(step => step.Kind != "wr").FirstOrDefault(step => step.Kind == "read")?.Field("read") ?? default;
        var recorded = read.ValueKind == JsonValueKind.Object && read.TryGetProperty(file, out var text) ? text.GetString()!.TrimEnd('\n') : asked;
        return recorded != asked || _session.Read(path)?.TrimEnd('\n') != asked;
    }

    /// <summary>A write in the background.</summary>
    public void Begin(ExperimentStep step)
    {
        var name = step.Argument(1);
        var writer = new Writer(name, step.Argument(2), Encoding.Latin1.GetBytes(step.Argument(3)), ++_callers)
        {
            Node = step.Words.Length > 4 && step.Number(4) >> HandlerBits is > 0 and var mask ? System.Numerics.BitOperations.Log2((uint)mask) : null,
            Final = FinalOf(name, out var position),
            FinalPosition = position,
        };
        _byName[name] = writer;
        if (_settings.TrySet(writer.Path, step.Argument(3)))
        {
            writer.Outcome = new FileOutcome(null, null, [], writer.Data.Length);
            writer.Told = NotComparable.OtherFile;
            return;
        }
        if (IsOffline(writer.Path, writer.Data, out var block))
        {
            writer.Block = block.Id;
            if (writer.Final is { IsKilled: true } && !IsSignaled(name))
            {
                // The OOM killer made room by ending the writer itself.
                (writer.Told, writer.Outcome) = (NotComparable.OtherVictim, FileOutcome.Failed(Errno.EINTR, "write"));
                HasPartialMoves = true;
                return;
            }
            writer.Told = _told.Prepare(block.Id, writer.Final?.Error);
            if (IsSeenUnderWay(writer))
                _session.Hold(block);
        }
        _waiting.Add(writer);
        Continue();
    }

    /// <summary>Waits for the end of a write in the background, for a time.</summary>
    public void Await(ExperimentStep step)
    {
        if (!_byName.TryGetValue(step.Argument(1), out var writer))
            return;
        var recorded = RecordedEnd.Of(step.Json);
        if (recorded is null)
        {
            if (step.Text("e") is null)
                AwaitMore(step, writer);
            return;
        }
        if (recorded.Error == nameof(Errno.EAGAIN))
            _session.Machine.Now += GiveUpAfter;
        if (writer.Outcome is null)
            Release(writer);
        _byName.Remove(writer.Name);
        if (writer.Told is { } reason)
            _session.Skip(reason);
        else if (IsLong(writer))
            _session.Skip(NotComparable.Progress);
        else if (writer.Outcome is not { } outcome)
            _session.Diverged(step, $"got no end, expected {recorded}");
        else if (outcome.Error == nameof(Errno.ENOENT) && recorded.Error != outcome.Error)
            _session.Skip(NotComparable.OtherFile);
        else
            _session.Compare(step, recorded.ToString(), Got(recorded, outcome.Error));
    }

    /// <summary>A program that was killed got no result; the simulation does not kill its callers and returns an error.</summary>
    private static string Got(RecordedEnd recorded, string? error) =>
        recorded.IsKilled && error is nameof(Errno.EINTR) or nameof(Errno.ENOMEM) ? recorded.ToString() : error ?? Difference.Success;

    /// <summary>True for work that takes time on a real machine, and none here.</summary>
    private static bool IsLong(Writer writer) =>
        writer.Path.EndsWith("/compact", StringComparison.Ordinal) || writer.Path.EndsWith("/nr_hugepages", StringComparison.Ordinal);

    private void AwaitMore(ExperimentStep step, Writer writer)
    {
        writer.Seconds += step.Number(2) / 1000.0;
        if (writer.Block is { } block && writer.Seconds >= MovingSecondsMax)
            _session.Release(block);
        Continue();
        if (writer.Told is not null)
            _session.Skip(writer.Told);
        else if (IsLong(writer) || writer.IsInterrupted)
            _session.Skip(NotComparable.Progress);
        else
            _session.Compare(step, "under way", writer.Outcome is { } outcome ? outcome.Error ?? Difference.Success : "under way");
    }

    /// <summary>A signal to a write in the background.</summary>
    public void Signal(ExperimentStep step)
    {
        if (!_byName.TryGetValue(step.Argument(1), out var writer) || writer.Outcome is not null)
            return;
        if (_session.Machine.Rules.WaitersIgnoreSignals && !writer.IsUnderWay(_session.Machine))
        {
            // The kernel sees it when the program has the lock.
            writer.IsInterrupted = true;
            return;
        }
        var isEnding = writer.Final is { } final && (final.KilledBy == step.Number(2) || final.Error == nameof(Errno.EINTR));
        if (!isEnding)
        {
            // A program that waits for the lock keeps waiting, and one that offlines was done before the signal.
            if (writer.IsUnderWay(_session.Machine))
                Release(writer);
            return;
        }
        if (!writer.IsUnderWay(_session.Machine))
        {
            Leave(writer);
            return;
        }
        writer.IsInterrupted = true;
        HasPartialMoves = true;
        // The signal is seen when the pages that are on their way have moved.
        if (writer.Block is { } block)
            _session.Release(block);
        Continue();
    }

    /// <summary>
    /// A program that waits for the lock dies of a signal that it does not handle, with nothing done. One with a handler keeps waiting; it
    /// is interrupted in its own offline.
    /// </summary>
    private void Leave(Writer writer)
    {
        if (writer.Final is not { IsKilled: true })
        {
            writer.IsInterrupted = true;
            return;
        }
        _waiting.Remove(writer);
        writer.Outcome = FileOutcome.Failed(Errno.EINTR, "write");
    }

    /// <summary>Lets all offlines in the background go on.</summary>
    public void ReleaseAll()
    {
        foreach (var writer in _waiting.ToArray())
            if (writer.Block is { } block)
                _session.Release(block);
        Continue();
    }

    /// <summary>Lets the offline of a block go on.</summary>
    public void Release(BlockId block)
    {
        if (_session.Release(block))
            Continue();
    }

    /// <summary>Adds an operation that waits, and is tried again after each step.</summary>
    public Writer Add(string name, Func<Caller, Errno?> operation)
    {
        var writer = new Writer(name, "", [], ++_callers) { Operation = operation };
        _waiting.Add(writer);
        Continue();
        return writer;
    }

    /// <summary>Continues all operations that wait, in the order of their recorded ends: the kernel does not keep that of their beginning.</summary>
    public void Continue()
    {
        for (var hasEnded = true; hasEnded;)
        {
            hasEnded = false;
            foreach (var writer in _waiting.OrderBy(writer => writer.FinalPosition).ToArray())
                if (TryEnd(writer))
                    hasEnded = _waiting.Remove(writer);
        }
        HasPartialMoves |= _waiting.Count > 0;
    }

    private bool TryEnd(Writer writer)
    {
        var isInterrupted = writer.IsInterrupted && (writer.IsUnderWay(_session.Machine) || _session.Machine.Rules.WaitersIgnoreSignals);
        var caller = new Caller(writer.Number, writer.HasWaited, isInterrupted);
        writer.HasWaited = true;
        _session.Machine.CallerNode = writer.Node is { } node ? _session.Machine.FindNode(node) : null;
        var outcome = writer.Operation is { } operation
            ? Outcome(operation, caller)
            : _session.Write(writer.Path, writer.Data, caller);
        if (outcome.Error == Waiting)
            return false;
        writer.Outcome = outcome;
        HasPartialMoves |= outcome.Error is nameof(Errno.ENOMEM) or nameof(Errno.EAGAIN) or nameof(Errno.EINTR);
        if (writer.Block is { } block)
            _session.Release(block);
        return true;
    }

    private FileOutcome Outcome(Func<Caller, Errno?> operation, Caller caller)
    {
        _session.Machine.Caller = caller;
        return operation(caller) is { } error ? FileOutcome.Failed(error, "write") : default;
    }

    /// <summary>Lets an operation end, and the one that it waits for. The order of those that wait is not kept, as in the kernel.</summary>
    private void Release(Writer writer)
    {
        // An operation that waits although nothing holds it any more stays; the log then has another end for it.
        for (var goesOn = true; writer.Outcome is null && goesOn;)
        {
            goesOn = false;
            foreach (var holder in _waiting.Where(each => each.IsUnderWay(_session.Machine)).Append(writer).Distinct().ToArray())
            {
                if (holder.Block is { } block)
                    goesOn |= _session.Release(block);
                if (TryEnd(holder))
                    goesOn |= _waiting.Remove(holder);
            }
        }
        Continue();
    }

    private bool IsOffline(string path, byte[] data, out MemoryBlock block) =>
        _session.TryGetBlock(path, out block) && block.State == MemoryBlockState.Online
        && (path.EndsWith("/state", StringComparison.Ordinal) && Encoding.Latin1.GetString(data).TrimEnd('\n') == "offline"
            || path.EndsWith("/online", StringComparison.Ordinal) && data.AsSpan().StartsWith("0"u8));

    /// <summary>Finds the recorded end of a write; null if the log ends before.</summary>
    private RecordedEnd? FinalOf(string name, out int position)
    {
        position = _session.Position;
        foreach (var step in _session.Later.TakeWhile(step => step.Kind != "bw" || step.Argument(1) != name))
        {
            position++;
            if (step.Kind == "bwait" && step.Argument(1) == name && RecordedEnd.Of(step.Json) is { } end)
                return end;
        }
        return null;
    }

    /// <summary>True if the program gets a signal before its end.</summary>
    private bool IsSignaled(string name) => _session.Later
        .TakeWhile(step => step.Kind != "bwait" || step.Argument(1) != name || RecordedEnd.Of(step.Json) is null)
        .Any(step => step.Kind == "sig" && step.Argument(1) == name);

    /// <summary>True if the log has not seen yet that the offline of a block ended here.</summary>
    public bool HasEndedUnseen(BlockId block) => _byName.Values.Any(writer => writer.Block == block && writer.Outcome is not null);

    /// <summary>True if a later step sees the offline under way, or a signal ended it.</summary>
    private bool IsSeenUnderWay(Writer writer)
    {
        foreach (var step in _session.Later)
        {
            if (step.Kind == "bwait" && step.Argument(1) == writer.Name)
            {
                if (RecordedEnd.Of(step.Json) is { } end)
                    return end.IsKilled || end.Error == nameof(Errno.EINTR);
                return true;
            }
            if (step.Kind is "bw" or "plug" or "sig" or "tread")
                return true;
        }
        return false;
    }
}

/// <summary>A write, or another operation, in the background.</summary>
internal sealed class Writer(string name, string path, byte[] data, ulong number)
{
    public string Name { get; } = name;

    public string Path { get; } = path;

    public byte[] Data { get; } = data;

    /// <summary>The number of the caller.</summary>
    public ulong Number { get; } = number;

    /// <summary>The node that the program is bound to; null if it has no policy.</summary>
    public int? Node { get; init; }

    /// <summary>The recorded end; null if the log ends before.</summary>
    public RecordedEnd? Final { get; init; }

    /// <summary>The index of the step that sees the end.</summary>
    public int FinalPosition { get; init; } = int.MaxValue;

    /// <summary>The operation, if it is not a write to a file.</summary>
    public Func<Caller, Errno?>? Operation { get; init; }

    /// <summary>The block that is offlined.</summary>
    public BlockId? Block { get; set; }

    /// <summary>Why the result is told; null if it is compared.</summary>
    public string? Told { get; set; }

    /// <summary>The end; null while the operation waits.</summary>
    public FileOutcome? Outcome { get; set; }

    public bool HasWaited { get; set; }

    public bool IsInterrupted { get; set; }

    /// <summary>For how many seconds the log waited for the end without seeing it.</summary>
    public double Seconds { get; set; }

    /// <summary>True if its own offline is under way.</summary>
    public bool IsUnderWay(Machine machine) =>
        Block is { } block && machine.TryGetBlock(block, out var found) && found.State == MemoryBlockState.GoingOffline;
}

/// <summary>How a write in the background ended.</summary>
/// <param name="Error">The name of the errno; null for success.</param>
/// <param name="KilledBy">The signal that ended the program, which the OOM killer sends, too; null if none did.</param>
internal sealed record RecordedEnd(string? Error, int? KilledBy)
{
    /// <summary>True if a signal or the OOM killer ended the program.</summary>
    public bool IsKilled => KilledBy is not null;

    /// <summary>Reads the answer of <c>bwait</c>; null if the write had not ended.</summary>
    public static RecordedEnd? Of(JsonElement answer)
    {
        if (!answer.TryGetProperty("done", out _))
            return null;
        var error = answer.TryGetProperty("errno", out var name) ? name.GetString() : null;
        return new RecordedEnd(error, answer.TryGetProperty("killed", out var signal) ? signal.GetInt32() : null);
    }

    /// <inheritdoc/>
    public override string ToString() => IsKilled ? "killed" : Error ?? Difference.Success;
}
