using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>
/// Space for posix_spawnattr_t or posix_spawn_file_actions_t, whose content only the C library knows: at most 336 bytes in glibc and musl.
/// </summary>
[InlineArray(64)]
internal struct SpawnBuffer
{
    private ulong _first;
}
