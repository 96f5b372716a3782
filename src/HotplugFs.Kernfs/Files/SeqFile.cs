using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// How the kernel's seq_file gives a text to an open file: made at a read at offset 0 or at another place than where the last
/// read ended, kept for the reads that go on from there (recordings <c>*-f-fileops-*</c>, "reading").
/// </summary>
internal static class SeqFile
{
    internal static Result<int> Read(KernfsOpenFile file, Show? show, int limit, long offset, Span<byte> destination)
    {
        if (offset == 0 || offset != file.Position)
        {
            var made = Make(file, show, limit);
            if (!made.IsOk)
                return made.Error;
            file.Position = offset;
        }
        else if (file.Position >= file.Text.Length && !file.IsAlive)
        {
            // What was made before the object went is still given; only asking for more tells that it went.
            return Errno.ENODEV;
        }
        if (offset >= file.Text.Length)
            return 0;
        var rest = file.Text.Text[(int)offset..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        file.Position += count;
        return count;
    }

    private static Result Make(KernfsOpenFile file, Show? show, int limit)
    {
        file.Position = 0;
        file.Text.Clear();
        if (!file.IsAlive)
            return Errno.ENODEV;
        file.HasUnreadChange = false;
        if (show is null)
            return Errno.EIO;
        var shown = show(file.Node.Object, file.Text);
        if (!shown.IsOk)
            file.Text.Clear();
        else
            file.Text.Truncate(limit);
        return shown;
    }
}
