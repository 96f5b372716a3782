using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>Which objects there are, where objects have names of their own besides a number that stays the same while they live.</summary>
public interface INamedObjectSet : IObjectSet
{
    /// <summary>Finds an object by its name.</summary>
    /// <param name="parent">The object of the directory that they are in; 0 where there is only one.</param>
    /// <param name="name">The name, as bytes.</param>
    /// <param name="number">The object's number.</param>
    /// <returns>False if there is no object of that name.</returns>
    bool TryFind(int parent, ReadOnlySpan<byte> name, out int number);

    /// <summary>Adds the name of an object that is there.</summary>
    /// <param name="parent">The object of the directory that they are in; 0 where there is only one.</param>
    /// <param name="number">The object's number.</param>
    /// <param name="text">Where to add.</param>
    void AppendName(int parent, int number, TextBuffer text);
}
