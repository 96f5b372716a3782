namespace HotplugFs.Fuzzers;

/// <summary>A part of the program that reads what others wrote.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name on the command line, and of the folder with the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Pieces of input that mutations insert.</summary>
    public abstract IReadOnlyList<byte[]> Tokens { get; }

    /// <summary>Inputs besides those of the corpus.</summary>
    public virtual IEnumerable<byte[]> Examples => [];

    /// <summary>The number of messages, lines or files in the inputs so far.</summary>
    public long Messages { get; protected set; }

    /// <summary>Processes one input. Every exception is a bug.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    protected static IReadOnlyList<byte[]> Texts(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
