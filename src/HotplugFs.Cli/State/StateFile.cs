using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using HotplugFs.Sysfs.Control;
using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.State;

/// <summary>
/// A file that keeps a machine (docs/state.md): a line with the version, and then records, each with its length and a checksum. The first
/// record is the machine's definition, the second a state, the others the changes since then. The file is locked while a machine uses it.
/// </summary>
internal sealed class StateFile : IChangeLog, IDisposable
{
    /// <summary>The version of the records, which changes whenever a class passes its state in another way.</summary>
    private const int Version = 4;

    private const string Magic = "hotplugfs state ";
    private const int PrefixLength = 8;
    private const long LongAfter = 1 << 20;

    private static readonly byte[] FirstLine = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Magic}{Version}\n"));

    private readonly string _path;
    private readonly bool _syncs;
    private readonly Action<string> _report;
    private SafeFileHandle _file;
    private byte[] _buffer = new byte[256];
    private byte[] _definition = [];

    /// <summary>Where the last change begins, where it ends, and where the changes begin.</summary>
    private (long Last, long End, long Changes) _position;

    /// <summary>No state takes the place of the changes until they are longer than this.</summary>
    private long _longAfter = LongAfter;

    private StateFile(string path, SafeFileHandle file, bool syncs, Action<string> report) =>
        (_path, _file, _syncs, _report) = (path, file, syncs, report);

    /// <inheritdoc/>
    public bool IsLong => _position.End - _position.Changes > _longAfter;

    /// <summary>True if the file has no machine yet.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Opens a file, or makes an empty one, and locks it.</summary>
    /// <param name="syncs">True to wait for the disk at each change.</param>
    /// <param name="report">Is told about the file while the machine is mounted.</param>
    /// <exception cref="CommandException">It cannot be used; the message states why.</exception>
    public static StateFile Open(string path, bool syncs, Action<string> report)
    {
        // Of a link the file would be replaced, not the link.
        var full = new FileInfo(path) is { LinkTarget: not null } link
            ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
            : Path.GetFullPath(path);
        if (SysStat.Statx(full) is { IsOk: true, Value.Mode: var mode } && (mode & ModeBits.TypeMask) != ModeBits.Regular)
            throw new CommandException($"{path}: this is no regular file; name a file that keeps the machine, or that is to be made");
        SafeFileHandle file;
        try
        {
            file = OpenLocked(full, FileMode.OpenOrCreate);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: permission denied; the file must be yours to write, and so must its directory");
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandException($"{path}: there is no such directory");
        }
        catch (IOException problem)
        {
            throw new CommandException(problem.HResult == (int)Errno.EAGAIN
                ? $"{path}: another machine uses this file"
                : $"{path}: it cannot be opened: {SystemFailure.Describe(problem)}");
        }
        return new StateFile(full, file, syncs, report) { IsNew = RandomAccess.GetLength(file) == 0 };
    }

    /// <summary>Returns the machine that is kept, whose changes can be continued then.</summary>
    /// <param name="recovers">True to cut the file before a record that is damaged.</param>
    /// <exception cref="CommandException">It is damaged, or of another version.</exception>
    public SavedMachine Read(bool recovers)
    {
        var bytes = new byte[RandomAccess.GetLength(_file)];
        for (int done = 0, count; done < bytes.Length; done += count)
            if ((count = RandomAccess.Read(_file, bytes.AsSpan(done), done)) == 0)
                throw new CommandException($"{_path}: it became shorter while it was read");
        CheckVersion(bytes);
        var records = new List<ReadOnlyMemory<byte>>();
        var position = FirstLine.Length;
        while (position < bytes.Length && TryReadRecord(bytes, position, records.Count + 1, recovers, out var record))
        {
            records.Add(record.Value);
            position += PrefixLength + record.Value.Length;
        }
        if (records.Count < 2)
            throw new CommandException($"{_path}: the machine in it is not complete; remove the file");
        Truncate(position);
        _definition = records[0].ToArray();
        var changes = FirstLine.Length + 2 * PrefixLength + records[0].Length + records[1].Length;
        _position = (position, position, changes);
        _longAfter = Math.Max(LongAfter, 2L * records[1].Length);
        return new SavedMachine(records[0], records[1], records[2..]);
    }

    /// <summary>Makes the file keep a machine.</summary>
    public void Begin(ReadOnlySpan<byte> definition, ReadOnlySpan<byte> state)
    {
        _definition = definition.ToArray();
        try
        {
            Write(_file, state);
        }
        catch (IOException problem)
        {
            RandomAccess.SetLength(_file, 0);
            throw new CommandException($"{_path}: {SystemFailure.Describe(problem)}");
        }
    }

    /// <inheritdoc/>
    public Result Append(ReadOnlySpan<byte> change)
    {
        try
        {
            RandomAccess.Write(_file, Record(change), _position.End);
        }
        catch (IOException problem)
        {
            Truncate(_position.End);
            return Enum.IsDefined((Errno)problem.HResult) ? (Errno)problem.HResult : Errno.EIO;
        }
        _position = (_position.End, _position.End + PrefixLength + change.Length, _position.Changes);
        return Result.Ok;
    }

    /// <inheritdoc/>
    public void Withdraw()
    {
        _position.End = _position.Last;
        Truncate(_position.End);
    }

    /// <inheritdoc/>
    public Result Commit()
    {
        try
        {
            if (_syncs)
                RandomAccess.FlushToDisk(_file);
            return Result.Ok;
        }
        catch (IOException problem)
        {
            _report($"{_path}: the last change may not be on the disk: {SystemFailure.Describe(problem)}");
            return Errno.EIO;
        }
    }

    /// <inheritdoc/>
    public void Replace(ReadOnlySpan<byte> state)
    {
        var next = $"{_path}.new";
        try
        {
            var file = OpenLocked(next, FileMode.Create);
            Write(file, state);
            RandomAccess.FlushToDisk(file);
            File.Move(next, _path, overwrite: true);
            _file.Dispose();
            _file = file;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The changes stay; looked at again when they are twice as long.
            _longAfter *= 2;
            _report($"{next}: the state file cannot be made shorter: {SystemFailure.Describe(problem)}");
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Opens a file, locked with flock(2), which ends with the process.</summary>
    private static SafeFileHandle OpenLocked(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);

    private void CheckVersion(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(FirstLine))
            return;
        var end = bytes[..Math.Min(bytes.Length, FirstLine.Length + 10)].IndexOf((byte)'\n');
        throw new CommandException(bytes.StartsWith(Encoding.ASCII.GetBytes(Magic)) && end > 0
            ? $"{_path}: it has version {Encoding.ASCII.GetString(bytes[Magic.Length..end])}, and this hotplugfs reads version {Version}"
            : $"{_path}: line 1 is not \"{Magic}{Version}\"; this file keeps no machine");
    }

    /// <summary>Reads a record, whose end may be missing if it is the last one: the process was killed while it wrote.</summary>
    private bool TryReadRecord(byte[] bytes, int position, int number, bool recovers, [NotNullWhen(true)] out ReadOnlyMemory<byte>? record)
    {
        record = null;
        var rest = bytes.Length - position;
        if (rest < PrefixLength)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position));
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position + 4));
        var problem = length == 0 ? "its length is 0"
            : length <= rest - PrefixLength && Checksum(bytes.AsSpan(position + PrefixLength, (int)length)) != sum ? "its checksum is wrong"
            : null;
        if (problem is null && length > rest - PrefixLength)
            return false;
        if (problem is null)
        {
            record = bytes.AsMemory(position + PrefixLength, (int)length);
            return true;
        }
        return recovers ? false : throw new CommandException(
            $"{_path}: record {number}, at byte {position}, is damaged: {problem}; --recover cuts the file before it, which loses what follows");
    }

    private ReadOnlySpan<byte> Record(ReadOnlySpan<byte> payload)
    {
        if (_buffer.Length < PrefixLength + payload.Length)
            _buffer = new byte[2 * (PrefixLength + payload.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer, (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(4), Checksum(payload));
        payload.CopyTo(_buffer.AsSpan(PrefixLength));
        return _buffer.AsSpan(0, PrefixLength + payload.Length);
    }

    /// <summary>Writes a file without changes.</summary>
    private void Write(SafeFileHandle file, ReadOnlySpan<byte> state)
    {
        RandomAccess.Write(file, FirstLine, 0);
        long end = FirstLine.Length;
        RandomAccess.Write(file, Record(_definition), end);
        end += PrefixLength + _definition.Length;
        RandomAccess.Write(file, Record(state), end);
        end += PrefixLength + state.Length;
        if (_syncs)
            RandomAccess.FlushToDisk(file);
        (_position, _longAfter) = ((end, end, end), Math.Max(LongAfter, 2L * state.Length));
    }

    private void Truncate(long length)
    {
        if (RandomAccess.GetLength(_file) > length)
            RandomAccess.SetLength(_file, length);
    }

    /// <summary>CRC-32C, which the processor computes.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var rest in bytes)
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}

/// <summary>What a state file has.</summary>
internal sealed record SavedMachine(ReadOnlyMemory<byte> Definition, ReadOnlyMemory<byte> State, IReadOnlyList<ReadOnlyMemory<byte>> Changes);
