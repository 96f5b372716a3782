using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Passthrough;

namespace HotplugFs.Fuse.Bridge;

/// <summary>Agrees with the kernel on the protocol version and the features (the INIT request).</summary>
/// <param name="backingFiles">The kernel as a reader of files; null if the channel does not support passthrough.</param>
/// <param name="use">The attributes that the kernel may read by itself.</param>
internal sealed class Negotiation(IBackingFiles? backingFiles, PassthroughUse use)
{
    /// <summary>The maximum size of one write in bytes: 32 pages, more than any file here accepts.</summary>
    internal const int MaxWrite = MaxPages * ProtocolConstants.PageSize;

    private const int MaxPages = 32;

    private const InitFlags WantedFlags = InitFlags.AtomicTruncate | InitFlags.ReadDirPlus | InitFlags.AsyncDirectIO
        | InitFlags.ParallelDirectoryOperations | InitFlags.MaxPages | InitFlags.CacheLinks | InitFlags.NoOpenDirectory;

    private bool _isPassthroughOffered;

    /// <summary>True if kernel and server have agreed.</summary>
    internal bool IsReady { get; private set; }

    /// <summary>Why they cannot agree, or null.</summary>
    internal string? ProtocolError { get; private set; }

    /// <summary>How reads reach the tree, for people.</summary>
    internal string Transport { get; private set; } = "direct";

    internal void Init(Request request, Reply reply)
    {
        ref readonly var offered = ref request.As<InitIn>();
        if (offered.Major > ProtocolConstants.MajorVersion)
        {
            // The kernel repeats the request with the version that is returned here.
            reply.Ok(new InitOut { Major = ProtocolConstants.MajorVersion, Minor = ProtocolConstants.MinorVersion });
            return;
        }
        if (offered.Major < ProtocolConstants.MajorVersion || offered.Minor < ProtocolConstants.MinorVersion)
        {
            ProtocolError = $"this kernel supports version {offered.Major}.{offered.Minor} of the FUSE protocol; "
                + $"{ProtocolConstants.MajorVersion}.{ProtocolConstants.MinorVersion} (Linux 5.4) or newer is required";
            reply.Error(Errno.EPROTO);
            return;
        }
        var extension = OfferedPassthrough(request, offered.Flags);
        _isPassthroughOffered = extension != 0;
        IsReady = true;
        reply.Ok(new InitOut
        {
            Major = ProtocolConstants.MajorVersion,
            Minor = ProtocolConstants.MinorVersion,
            MaxReadAhead = offered.MaxReadAhead,
            Flags = (offered.Flags & WantedFlags) | (extension == 0 ? 0 : InitFlags.Extended),
            Flags2 = extension,
            MaxStackDepth = extension == 0 ? 0u : 1u,
            MaxWrite = MaxWrite,
            TimeGranularity = 1,
            MaxPages = MaxPages,
        });
    }

    /// <summary>Starts passthrough if the kernel supports it and permits it to this process. Call it after the reply to INIT.</summary>
    /// <returns>Null if all reads go to the tree; <see cref="Transport"/> has the reason.</returns>
    internal PassthroughFiles? StartPassthrough()
    {
        if (use == PassthroughUse.None)
            return null;
        if (backingFiles is null || !_isPassthroughOffered)
        {
            Transport = "direct: the kernel has no passthrough (requires Linux 6.9)";
            return null;
        }
        if (!backingFiles.Open("probe"u8).TryGet(out var probe, out var error))
        {
            Transport = error == Errno.EPERM
                ? "direct: passthrough is for root only"
                : $"direct: the kernel refuses passthrough: {error.Text()}";
            return null;
        }
        backingFiles.Close(probe);
        Transport = use == PassthroughUse.All ? "passthrough of all attributes" : "passthrough of attributes that never change";
        return new PassthroughFiles(backingFiles, use);
    }

    private InitFlags2 OfferedPassthrough(Request request, InitFlags flags)
    {
        if (backingFiles is null || use == PassthroughUse.None || (flags & InitFlags.Extended) == 0
            || request.After<InitIn>().Length < Unsafe.SizeOf<InitInExtension>())
            return 0;
        return MemoryMarshal.AsRef<InitInExtension>(request.After<InitIn>()).Flags2 & InitFlags2.Passthrough;
    }
}
