using HotplugFs.Abi;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Bridge;

internal sealed partial class TreeBridge
{
    /// <summary>Most bytes of one write; more than anything here takes.</summary>
    internal const int MaxWrite = MaxPages * 4096;

    private const int MaxPages = 32;

    // The protocol of Linux 5.4. Nothing newer is needed, and every later kernel speaks it.
    private const uint MajorVersion = 7;
    private const uint MinorVersion = 31;

    private const InitFlags WantedFlags = InitFlags.AtomicTruncate | InitFlags.ReadDirPlus | InitFlags.ParallelDirectoryOperations
        | InitFlags.MaxPages | InitFlags.CacheLinks | InitFlags.NoOpenDirectory;

    /// <summary>True when kernel and server have agreed.</summary>
    internal bool IsReady { get; private set; }

    /// <summary>Why they cannot agree; null if they can.</summary>
    internal string? Disagreement { get; private set; }

    internal void Init(Request request, Reply reply)
    {
        ref readonly var offered = ref request.As<InitIn>();
        if (offered.Major > MajorVersion)
        {
            // The kernel then begins again with the version that it is told here.
            reply.Ok(new InitOut { Major = MajorVersion, Minor = MinorVersion });
            return;
        }
        if (offered.Major < MajorVersion || offered.Minor < MinorVersion)
        {
            Disagreement = $"this kernel speaks version {offered.Major}.{offered.Minor} of the FUSE protocol; "
                + $"{MajorVersion}.{MinorVersion} (Linux 5.4) or newer is needed";
            reply.Error(Errno.EPROTO);
            return;
        }
        IsReady = true;
        reply.Ok(new InitOut
        {
            Major = MajorVersion,
            Minor = MinorVersion,
            MaxReadAhead = offered.MaxReadAhead,
            Flags = offered.Flags & WantedFlags,
            MaxWrite = MaxWrite,
            TimeGranularity = 1,
            MaxPages = MaxPages,
        });
    }
}
