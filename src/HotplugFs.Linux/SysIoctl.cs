using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>sys/ioctl.h: requests that files of every kind may get.</summary>
public static partial class SysIoctl
{
    private const nuint TCGETS = 0x5401;
    private const nuint TCSETS = 0x5402;
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
    public static Result<Termios> GetTerminal(int descriptor)
    {
        Termios settings = default;
        return ioctl(descriptor, TCGETS, ref settings) < 0 ? Libc.LastError : settings;
    }

    /// <summary>Changes the settings of a terminal at once (TCSETS in ioctl(2)).</summary>
    public static Result SetTerminal(int descriptor, Termios settings) => Libc.Check(ioctl(descriptor, TCSETS, ref settings));

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

    /// <summary>The kernel's struct termios, with space for what other architectures add.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Termios
    {
        private const uint ISIG = 1;
        private const uint ICANON = 2;
        private const uint ECHO = 8;

        private readonly uint _iflag;
        private readonly uint _oflag;
        private readonly uint _cflag;
        private uint _lflag;
        private Rest _rest;

        /// <summary>
        /// The same settings, with which a program reads each key at once, also Ctrl-C and Ctrl-Z, and the terminal does not show it.
        /// </summary>
        public readonly Termios ForKeys()
        {
            var changed = this;
            changed._lflag &= ~(ISIG | ICANON | ECHO);
            return changed;
        }

        [InlineArray(48)]
        internal struct Rest
        {
            private byte _first;
        }
    }
}
