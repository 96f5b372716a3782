using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Fuse.Passthrough;
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

    private bool _isPassthroughOffered;

    /// <summary>How reads reach the tree, in words.</summary>
    internal string Transport { get; private set; } = "direct";

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
        var extension = PassthroughOffered(request, offered.Flags);
        _isPassthroughOffered = extension != 0;
        IsReady = true;
        reply.Ok(new InitOut
        {
            Major = MajorVersion,
            Minor = MinorVersion,
            MaxReadAhead = offered.MaxReadAhead,
            Flags = (offered.Flags & WantedFlags) | (extension == 0 ? 0 : InitFlags.Extended),
            Flags2 = extension,
            MaxStackDepth = extension == 0 ? 0u : 1u,
            MaxWrite = MaxWrite,
            TimeGranularity = 1,
            MaxPages = MaxPages,
        });
    }

    private InitFlags2 PassthroughOffered(Request request, InitFlags flags)
    {
        if (_backingFiles is null || (flags & InitFlags.Extended) == 0 || request.After<InitIn>().Length < Unsafe.SizeOf<InitInExtension>())
            return 0;
        return MemoryMarshal.AsRef<InitInExtension>(request.After<InitIn>()).Flags2 & InitFlags2.Passthrough;
    }

    /// <summary>Finds out whether the kernel lets this process use what it offered; call it when the kernel has the answer to INIT.</summary>
    internal void BeginPassthrough()
    {
        if (_use == PassthroughUse.None)
            return;
        if (_backingFiles is null || !_isPassthroughOffered)
        {
            Transport = "direct: the kernel has no passthrough (Linux 6.9 and newer have)";
            return;
        }
        var probe = _backingFiles.Open("probe"u8);
        if (!probe.IsOk)
        {
            Transport = probe.Error == Errno.EPERM
                ? "direct: passthrough is for root only"
                : $"direct: the kernel refuses passthrough: {probe.Error.Text()}";
            return;
        }
        _backingFiles.Close(probe.Value);
        _passthrough = new PassthroughFiles(_backingFiles, _use);
        Transport = _use == PassthroughUse.All ? "passthrough of all attributes" : "passthrough of attributes that never change";
    }
}
