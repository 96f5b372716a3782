using System.Runtime.CompilerServices;

// All structures here are passed as they are in memory.
[assembly: DisableRuntimeMarshalling]

namespace HotplugFs.Linux;

/// <summary>The C library's name, and the conversion of its return values to results.</summary>
/// <remarks>
/// Each header has a class. Its private functions have the C names and signatures; its public ones take strings, spans and structures, and
/// return the error number instead of setting errno. Constants have the kernel's names and the numbers that x86-64 and arm64 share.
/// </remarks>
internal static class Libc
{
    /// <summary>The library. HotplugFs.Cli.csproj binds this name at link time (DirectPInvoke).</summary>
    internal const string Name = "libc";

    /// <summary>True on arm64, where some constants have other numbers than on x86-64.</summary>
    internal static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>The error number of this thread's last call.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The result of a function that returns -1 on failure.</summary>
    internal static Result Check(long result) => result < 0 ? LastError : Result.Ok;

    /// <summary>The result of a function that returns a number, or -1 on failure.</summary>
    internal static Result<int> Value(nint result) => result < 0 ? LastError : (int)result;
}
