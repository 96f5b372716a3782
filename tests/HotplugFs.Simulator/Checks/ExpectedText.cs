using HotplugFs.Engine.Tests.Differential;
using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Checks;

/// <summary>The text that a read must return: that of the model when the first piece was read.</summary>
internal sealed class ExpectedText(Twins? twins)
{
    private const string BlockPath = "sys/devices/system/memory/memory";

    private string? _text;
    private bool _isRemoved;

    /// <summary>The number of the block whose directory contains the path; -1 if there is none.</summary>
    public static int BlockOf(string path) =>
        path.StartsWith(BlockPath, StringComparison.Ordinal)
            && int.TryParse(path[BlockPath.Length..].Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    public void ExpectAtStart(OpenFile file, int offset)
    {
        if (offset == 0)
            Expect(file);
    }

    /// <summary>Notes what the file holds now.</summary>
    public void Expect(OpenFile file)
    {
        if (twins is null || file.Block is not { } block || file.Path.Split('/').Length != 6)
            return;
        _isRemoved = !twins.Model.Blocks.Contains(block);
        _text = _isRemoved ? null : file.Name switch
        {
            "state" => block.Online ? "online\n" : "offline\n",
            "online" => block.Flag ? "1\n" : "0\n",
            "valid_zones" => twins.Model.ValidZones(block) + "\n",
            "phys_index" => $"{block.Number:x8}\n",
            _ => null,
        };
    }

    public void CheckText(OpenFile file, ReadOnlySpan<byte> bytes)
    {
        if (_isRemoved && bytes.Length > 0)
            throw new SimulationException($"{file.Path} was removed, but returned {bytes.Length} bytes");
        // A reader of small pieces may have stopped before the end.
        if (_text is not null && !_text.StartsWith(Encoding.UTF8.GetString(bytes), StringComparison.Ordinal))
            throw new SimulationException($"{file.Path}: {Encoding.UTF8.GetString(bytes)}, the model has {_text}");
    }

    /// <param name="offset">How much was read before.</param>
    public void CheckError(OpenFile file, Errno error, int offset)
    {
        if (_text is not null && OpenFlags.Reads(file.Flags) && (error != Errno.ENODEV || offset < _text.Length))
            throw new SimulationException($"{file.Path} failed with {error.Name()} at {offset}, the model has {_text}");
    }
}
