namespace HotplugFs.Kernfs;

/// <summary>One line of a directory's description: a fixed entry or a set of children.</summary>
public abstract class Entry
{
    private protected Entry()
    {
    }
}
