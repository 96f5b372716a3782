namespace HotplugFs.Cli.Native;

/// <summary>
/// Room for posix_spawnattr_t or posix_spawn_file_actions_t, which only the C library looks into: at most 336 bytes in glibc and musl.
/// </summary>
[System.Runtime.CompilerServices.InlineArray(Words)]
internal struct SpawnBuffer
{
    private const int Words = 64;

    private ulong _first;
}
