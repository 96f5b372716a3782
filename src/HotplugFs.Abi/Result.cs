using System.Diagnostics.CodeAnalysis;

namespace HotplugFs.Abi;

/// <summary>The outcome of an operation: success, or the error number that the caller of the system call receives.</summary>
/// <remarks>The default value is success. Expected failures are results; bugs throw.</remarks>
public readonly record struct Result
{
    private readonly Errno _error;

    private Result(Errno error) => _error = error;

    /// <summary>Success.</summary>
    public static Result Ok => default;

    /// <summary>True on success.</summary>
    public bool IsOk => _error == 0;

    /// <summary>The error number.</summary>
    /// <exception cref="InvalidOperationException">The operation succeeded.</exception>
    public Errno Error => _error != 0 ? _error : throw new InvalidOperationException("a success has no error number");

    /// <summary>Returns true and the error number if the operation failed.</summary>
    public bool Failed(out Errno error)
    {
        error = _error;
        return _error != 0;
    }

    /// <summary>A failure with this error number.</summary>
    public static implicit operator Result(Errno error) => new(error);

    /// <inheritdoc/>
    public override string ToString() => IsOk ? "ok" : _error.Name();
}

/// <summary>The outcome of an operation: a value, or the error number that the caller of the system call receives.</summary>
public readonly record struct Result<T>
{
    private readonly Errno _error;
    private readonly T _value;

    private Result(Errno error, T value)
    {
        _error = error;
        _value = value;
    }

    /// <summary>True on success.</summary>
    public bool IsOk => _error == 0;

    /// <summary>The error number.</summary>
    /// <exception cref="InvalidOperationException">The operation succeeded.</exception>
    public Errno Error => _error != 0 ? _error : throw new InvalidOperationException("a success has no error number");

    /// <summary>The result of a success.</summary>
    /// <exception cref="InvalidOperationException">The operation failed.</exception>
    public T Value => _error == 0 ? _value : throw new InvalidOperationException($"a failure ({_error.Name()}) has no value");

    /// <summary>Returns true and the value if the operation succeeded; otherwise false and the error number.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out Errno error)
    {
        value = _value;
        error = _error;
        return _error == 0;
    }

    /// <summary>A success with this value.</summary>
    public static implicit operator Result<T>(T value) => new(default, value);

    /// <summary>A failure with this error number.</summary>
    public static implicit operator Result<T>(Errno error) => new(error, default!);

    /// <inheritdoc/>
    public override string ToString() => IsOk ? $"{_value}" : _error.Name();
}
