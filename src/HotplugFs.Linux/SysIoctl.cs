using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>sys/ioctl.h: requests that files of every kind may get.</summary>
public static partial class SysIoctl
{
    private const nuint TCGETS = 0x5401;
    private const nuint TIOCGWINSZ = 0x5413;
    private const nuint FIONREAD = 0x541b;

    /// <summary>Returns how many bytes can be read without waiting (FIONREAD in ioctl(2)).</summary>
    /// <returns>ENOTTY if the file does not know the request.</returns>
    public static Result<int> GetReadableBytes(int descriptor)
    {
        var count = 0;
        return ioctl(descriptor, FIONREAD, ref count) < 0 ? Libc.LastError : count;
    }

    /// <summary>Reads the settings of a terminal (TCGETS in ioctl(2)).</summary>
    /// <returns>ENOTTY if the file is no terminal.</returns>
    public static Result GetTerminal(int descriptor)
    {
        Termios settings = default;
        return Libc.Check(ioctl(descriptor, TCGETS, ref settings));
    }

    /// <summary>Reads the size of a terminal in characters (TIOCGWINSZ in ioctl(2)); 0 if the terminal does not know it.</summary>
    /// <returns>ENOTTY if the file is no terminal.</returns>
    public static Result<(int Columns, int Rows)> GetWindowSize(int descriptor)
    {
        WinSize size = default;
        return ioctl(descriptor, TIOCGWINSZ, ref size) < 0 ? Libc.LastError : (size.Columns, size.Rows);
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref int argp);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref WinSize argp);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref Termios argp);

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WinSize
    {
        /// <summary>Lines of text.</summary>
        public ushort Rows;

        /// <summary>Characters in a line.</summary>
        public ushort Columns;

        private readonly ushort _pixelsX;
        private readonly ushort _pixelsY;
    }

    /// <summary>Space for the kernel's struct termios, which is 36 bytes long.</summary>
    [InlineArray(64)]
    internal struct Termios
    {
        private byte _first;
    }
}
