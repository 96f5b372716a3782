namespace HotplugFs.Fuse;

/// <summary>Mounting or serving failed. The message is one line that names the problem and the fix.</summary>
public sealed class FuseException : Exception
{
    /// <summary>Makes an exception with a message of one line.</summary>
    public FuseException(string message)
        : base(message)
    {
    }
}
