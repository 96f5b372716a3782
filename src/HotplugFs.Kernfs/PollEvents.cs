namespace HotplugFs.Kernfs;

/// <summary>The events of poll(2). Source: include/uapi/asm-generic/poll.h.</summary>
[Flags]
public enum PollEvents : uint
{
    /// <summary>A reader would wait.</summary>
    None = 0,

    /// <summary>POLLIN.</summary>
    In = 0x1,

    /// <summary>POLLPRI.</summary>
    Priority = 0x2,

    /// <summary>POLLOUT.</summary>
    Out = 0x4,

    /// <summary>POLLERR.</summary>
    Error = 0x8,

    /// <summary>POLLRDNORM.</summary>
    ReadNormal = 0x40,

    /// <summary>POLLWRNORM.</summary>
    WriteNormal = 0x100,

    /// <summary>The events that a regular file always reports (DEFAULT_POLLMASK).</summary>
    Always = In | Out | ReadNormal | WriteNormal,

    /// <summary>The additional events of an attribute that may have changed since it was last read.</summary>
    Changed = Priority | Error,
}
