namespace HotplugFs.Kernfs;

/// <summary>A set of objects that have names. An object's number stays the same as long as it exists.</summary>
public interface INamedObjectSet : IObjectSet
{
    /// <summary>Finds an object by its name.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    /// <param name="name">The name in UTF-8.</param>
    /// <returns>False if no object has this name.</returns>
    bool TryFind(int parent, ReadOnlySpan<byte> name, out int number);

    /// <summary>Appends what a user calls an object that is present.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    void AppendName(int parent, int number, TextBuffer text);
}
