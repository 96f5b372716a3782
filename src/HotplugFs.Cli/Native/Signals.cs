namespace HotplugFs.Cli.Native;

/// <summary>Signal numbers, the same on all architectures that .NET runs on.</summary>
internal static class Signals
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int User1 = 10;
    public const int User2 = 12;
    public const int BrokenPipe = 13;
    public const int Terminate = 15;

    /// <summary>Added to a signal's number it is the exit status that a shell gives for a program that the signal ended.</summary>
    public const int StatusBase = 128;
}
