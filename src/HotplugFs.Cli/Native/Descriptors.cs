using HotplugFs.Cli.Requests;

namespace HotplugFs.Cli.Native;

/// <summary>What is done with descriptors in several places.</summary>
internal static unsafe class Descriptors
{
    /// <summary>Standard output.</summary>
    public const int StandardOutput = 1;

    /// <summary>Standard error.</summary>
    public const int StandardError = 2;

    /// <summary>The first that is no standard stream.</summary>
    public const int FirstOther = 3;

    /// <summary>Open for reading and writing (O_RDWR).</summary>
    public const int ReadWrite = 2;

    /// <summary>Hidden from programs that are started: O_CLOEXEC, and SOCK_CLOEXEC of sockets.</summary>
    public const int Hidden = 0x80000;

    private const int DuplicateHidden = 1030;
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Hides a descriptor from programs that are started, or shows it to them.</summary>
    public static void Hide(int descriptor, bool isHidden = true) => _ = Interop.Fcntl(descriptor, SetFlags, isHidden ? CloseOnExec : 0);

    /// <summary>True for one that programs that are started get.</summary>
    public static bool IsShown(int descriptor) => Interop.Fcntl(descriptor, GetFlags, 0) == 0;

    /// <summary>Another descriptor for the same file, hidden.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="least">The lowest number that it may have.</param>
    /// <returns>Its number; negative if there is none.</returns>
    public static int Duplicate(int descriptor, int least) => Interop.Fcntl(descriptor, DuplicateHidden, least);

    /// <summary>Makes a pipe whose ends are hidden.</summary>
    /// <exception cref="CommandException">There are too many descriptors.</exception>
    public static (int Reading, int Writing) MakePipe()
    {
        var ends = stackalloc int[2];
        if (Interop.Pipe2(ends, Hidden) != 0)
            throw new CommandException($"no pipe: {HotplugFs.Abi.ErrnoNames.Text(Interop.LastError)}");
        return (ends[0], ends[1]);
    }
}
