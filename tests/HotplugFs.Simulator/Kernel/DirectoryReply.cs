using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Simulator.Kernel;

/// <summary>An entry of a reply to READDIR or READDIRPLUS.</summary>
/// <param name="Next">The cookie to continue after it.</param>
/// <param name="Entry">The node; all zeros in a reply to READDIR.</param>
internal sealed record DirectoryReply(string Name, ulong Inode, ulong Next, EntryOut Entry)
{
    /// <exception cref="SimulationException">The kernel would reject the reply.</exception>
    public static List<DirectoryReply> Parse(ReadOnlySpan<byte> payload, bool isPlus)
    {
        var headSize = isPlus ? Unsafe.SizeOf<DirEntryPlus>() : Unsafe.SizeOf<DirEntry>();
        var items = new List<DirectoryReply>();
        while (!payload.IsEmpty)
        {
            if (payload.Length < headSize)
                throw new SimulationException($"a listing ends with {payload.Length} bytes");
            var plus = isPlus ? MemoryMarshal.Read<DirEntryPlus>(payload) : new DirEntryPlus { DirEntry = MemoryMarshal.Read<DirEntry>(payload) };
            var used = headSize + (int)plus.DirEntry.NameLength;
            var padded = (used + ProtocolConstants.DirEntryAlignment - 1) & -ProtocolConstants.DirEntryAlignment;
            if (plus.DirEntry.NameLength is 0 or > ProtocolConstants.NameMax || padded > payload.Length)
                throw new SimulationException($"a listing has an entry with a name of {plus.DirEntry.NameLength} bytes");
            var name = Encoding.UTF8.GetString(payload[headSize..used]);
            items.Add(new DirectoryReply(name, plus.DirEntry.Inode, plus.DirEntry.Offset, plus.Entry));
            payload = payload[padded..];
        }
        return items;
    }
}
