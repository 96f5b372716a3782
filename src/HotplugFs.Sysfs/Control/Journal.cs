using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/journal</c>: what happened to the machine, one JSON object a line, in order: each write with its caller, its result and, if
/// it was refused, the rule; uevents; DIMMs and loads. When it is full, the oldest lines are dropped, and their numbers are missing then.
/// The format is described in docs/journal.md.
/// </summary>
internal sealed class Journal
{
    /// <summary>How many bytes of a written text an entry holds at most.</summary>
    private const int TextMax = 256;

    private const int NameMax = 16;

    private const int DigitsMax = 32;

    private readonly Machine _machine;
    private readonly ProcessName _nameOf;
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly TextBuffer _path = new();
    private readonly TextBuffer _zones = new();

    /// <summary>The zones that blocks had before the writes that wait, by the number of the caller.</summary>
    private readonly Dictionary<ulong, ZoneSet> _waiting = [];

    /// <summary>The caller whose write is under way, and the zones that its block had before; null between writes.</summary>
    private (ulong Caller, ZoneSet Zones)? _write;

    private (RefusalRule Rule, string Reason)? _refusal;
    private long _number;

    /// <summary>The names of the processes whose writes are kept in a log, by the numbers of the callers.</summary>
    private readonly Dictionary<ulong, byte[]> _names = [];

    /// <param name="nameOf">Reads the names of callers.</param>
    public Journal(Machine machine, ProcessName nameOf)
    {
        (_machine, _nameOf) = (machine, nameOf);
        machine.Refused += (rule, reason) => _refusal = (rule, reason);
    }

    /// <summary>Made at the first line, because making the encoder takes long and a machine may never be written to.</summary>
    private Utf8JsonWriter Json => field ??= new Utf8JsonWriter(
        _line, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Raised after each line.</summary>
    public event Action? Added;

    /// <summary>The lines of the file.</summary>
    public LineLog Lines { get; } = new();

    /// <summary>The path of the file of the last write that has ended.</summary>
    public string LastFile => _path.ToString();

    /// <summary>The machine's time now, which entries get.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>The tree whose writes are entered, and its directories of memory blocks.</summary>
    public (KernfsTree Tree, ChildSet Blocks) Files { get; set; }

    /// <summary>Notes what is there before a write.</summary>
    public void BeginWrite(in Caller caller, NodeId file)
    {
        if (_write is var (waiting, zones))
            _waiting[waiting] = zones;
        _write = (caller.Number, _waiting.Remove(caller.Number, out var before) ? before : ZonesOf(file));
        _refusal = null;
        _path.Clear();
        if (Files.Tree.Exists(file))
            Files.Tree.AppendPath(file, _path);
    }

    /// <summary>Enters a write that has ended.</summary>
    public void EndWrite(in Caller caller, NodeId file, ReadOnlySpan<byte> data, in Result<int> result)
    {
        Span<byte> name = stackalloc byte[NameMax];
        name = _names.Remove(caller.Number, out var known) ? known : name[..(caller.Pid > 0 ? _nameOf(caller.Pid, name) : 0)];
        var text = KernelText.WithoutNewline(data);
        Begin();
        Json.WriteNumber("pid"u8, caller.Pid);
        Json.WriteNumber("uid"u8, caller.Uid);
        WriteText("comm"u8, name);
        WriteText("file"u8, _path.Text);
        WriteText("text"u8, text[..Math.Min(text.Length, TextMax)]);
        if (result.TryGet(out var count, out var error))
            Json.WriteNumber("result"u8, count);
        else
            Json.WriteString("errno"u8, error.Name());
        if (_refusal is var (rule, reason))
        {
            Json.WriteString("rule"u8, rule.Word());
            Json.WriteString("reason"u8, reason);
        }
        if (Files.Tree.IsBelow(file, Files.Blocks, out _))
        {
            WriteZones("zone_before"u8, _write!.Value.Zones);
            WriteZones("zone_after"u8, ZonesOf(file));
        }
        _write = null;
        End();
    }

    /// <summary>Adds a write that waited until another state was restored.</summary>
    public void EndAbandoned(in Caller caller, NodeId file, ReadOnlySpan<byte> data)
    {
        _refusal = (RefusalRule.StateRestored, "another state was restored");
        EndWrite(caller, file, data, Errno.EINTR);
    }

    /// <summary>Reads the name of the process that begins a write; its entry then has this name.</summary>
    public byte[] ReadName(in Caller caller)
    {
        Span<byte> name = stackalloc byte[NameMax];
        return _names[caller.Number] = name[..(caller.Pid > 0 ? _nameOf(caller.Pid, name) : 0)].ToArray();
    }

    /// <summary>Sets the name that the entry of a write has.</summary>
    public void SetName(ulong caller, byte[] name) => _names[caller] = name;

    /// <summary>Passes the entries through a stream.</summary>
    public void Transfer(StateStream state)
    {
        _number = state.Number(_number);
        Lines.Transfer(state);
    }

    /// <summary>Enters a uevent.</summary>
    /// <param name="message">The JSON object of <c>hotplugfs/uevents</c>, without a newline.</param>
    public void AddUevent(ReadOnlySpan<byte> message)
    {
        Begin();
        Json.WritePropertyName("uevent"u8);
        Json.WriteRawValue(message, skipInputValidation: true);
        End();
    }

    /// <summary>Enters a change that no file of the kernel shows.</summary>
    public void Apply(HotplugEvent change)
    {
        var (what, id) = change switch
        {
            DimmAdded(var dimm) => ("plug", dimm.Id),
            DimmRemoved(var dimm) => ("unplug", dimm.Id),
            LoadAdded(var load) => ("load", load),
            LoadRemoved(var load) => ("stop", load),
            _ => ("", ""),
        };
        if (what.Length == 0)
            return;
        Begin();
        Json.WriteString(what, id);
        End();
    }

    private void Begin()
    {
        _line.ResetWrittenCount();
        Json.Reset();
        Json.WriteStartObject();
        Json.WriteNumber("n"u8, ++_number);
        Json.WritePropertyName("time"u8);
        WriteSeconds(Now);
    }

    private void End()
    {
        Json.WriteEndObject();
        Json.Flush();
        _line.Write("\n"u8);
        Lines.Add(_line.WrittenSpan);
        Added?.Invoke();
    }

    /// <summary>Writes a time in seconds, with up to six digits after the point.</summary>
    private void WriteSeconds(TimeSpan time)
    {
        Span<byte> digits = stackalloc byte[DigitsMax];
        var (seconds, microseconds) = Math.DivRem((time.Ticks + (TimeSpan.TicksPerMicrosecond / 2)) / TimeSpan.TicksPerMicrosecond, 1_000_000);
        _ = Utf8Formatter.TryFormat(seconds, digits, out var length);
        if (microseconds != 0)
        {
            // The six digits follow the point, which takes the place of the leading 1.
            _ = Utf8Formatter.TryFormat(microseconds + 1_000_000, digits[length..], out var more);
            digits[length] = (byte)'.';
            length = digits[..(length + more)].TrimEnd((byte)'0').Length;
        }
        Json.WriteRawValue(digits[..length], skipInputValidation: true);
    }

    /// <summary>Writes bytes that need not be UTF-8; of those that are not, each is a character of Latin-1.</summary>
    private void WriteText(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            Json.WriteString(key, text);
            return;
        }
        Span<char> characters = stackalloc char[text.Length];
        Encoding.Latin1.GetChars(text, characters);
        Json.WriteString(key, characters);
    }

    private void WriteZones(ReadOnlySpan<byte> key, ZoneSet zones)
    {
        _zones.Clear();
        foreach (var type in _machine.ZoneTypes)
            if (zones.Has(type))
                _zones.Append(_zones.Length == 0 ? ""u8 : " "u8).Append(type.Name());
        Json.WriteString(key, _zones.Text);
    }

    private ZoneSet ZonesOf(NodeId file) =>
        Files.Tree.IsBelow(file, Files.Blocks, out var number) && _machine.TryGetBlock(new BlockId(number), out var block) ? block.Zones : default;
}
