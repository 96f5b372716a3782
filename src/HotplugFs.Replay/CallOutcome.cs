namespace HotplugFs.Replay;

/// <summary>
/// The result of a system call: its value or errno, and further values by the names of <see cref="Recordings.RecordedResult"/>.
/// </summary>
internal sealed class CallOutcome
{
    private readonly Dictionary<string, string> _fields = [];

    private CallOutcome(Errno? error, long value, string? skipped)
    {
        Error = error?.Name();
        Value = value;
        Skipped = skipped;
    }

    /// <summary>The name of the errno, or null on success.</summary>
    public string? Error { get; }

    /// <summary>The return value.</summary>
    public long Value { get; }

    /// <summary>Why the call was not made; null if it was.</summary>
    public string? Skipped { get; }

    /// <summary>The further values: numbers in decimal, lists sorted and separated by blanks.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    public static CallOutcome Ok(long value = 0) => new(null, value, null);

    public static CallOutcome Failed(Errno error) => new(error, -1, null);

    public static CallOutcome Skip(string reason) => new(null, 0, reason);

    /// <summary>The result of reading bytes.</summary>
    public static CallOutcome Read(ReadOnlySpan<byte> data) => Ok(data.Length).With("data", Encoding.Latin1.GetString(data));

    /// <summary>The result of listing a directory. The order of the names means nothing: sysfs lists them by a hash.</summary>
    public static CallOutcome List(IEnumerable<string> names) => Ok().With("ents", Join(names));

    public static implicit operator CallOutcome(Errno error) => Failed(error);

    public CallOutcome With(string field, string value)
    {
        _fields[field] = value;
        return this;
    }

    public CallOutcome With(string field, long value) => With(field, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sorts names and separates them by blanks.</summary>
    public static string Join(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
}
