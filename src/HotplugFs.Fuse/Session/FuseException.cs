namespace HotplugFs.Fuse;

/// <summary>Mounting or serving is not possible. The message is one line that says what is wrong and what would be right.</summary>
public sealed class FuseException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">One line.</param>
    public FuseException(string message)
        : base(message)
    {
    }
}
