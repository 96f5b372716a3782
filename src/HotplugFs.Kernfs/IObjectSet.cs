namespace HotplugFs.Kernfs;

/// <summary>
/// A set of objects with numbers. All methods are called by the thread that owns the tree. None may enumerate all objects, because there
/// can be half a million.
/// </summary>
public interface IObjectSet
{
    /// <summary>Looks up an object.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    /// <param name="generation">Counts from 0 how often the object was added; differs each time it is added again.</param>
    /// <returns>False if there is no such object.</returns>
    bool TryGetGeneration(int parent, int number, out uint generation);

    /// <summary>The smallest number in the set that is at least <paramref name="from"/>, or -1.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    int Next(int parent, int from);

    /// <summary>The number of objects.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    int Count(int parent);
}
