namespace HotplugFs.Kernfs;

/// <summary>
/// Which objects there are. All methods are called by the thread that owns the tree; none may walk all objects, for there can be
/// half a million of them.
/// </summary>
public interface IObjectSet
{
    /// <summary>Looks an object up.</summary>
    /// <param name="parent">The object of the directory that they are in; 0 where there is only one.</param>
    /// <param name="number">The object's number.</param>
    /// <param name="generation">Another one each time the object comes, counted from 0.</param>
    /// <returns>False if there is no such object.</returns>
    bool TryGetGeneration(int parent, int number, out uint generation);

    /// <summary>The smallest number in use that is not below <paramref name="from"/>, or -1.</summary>
    /// <param name="parent">The object of the directory that they are in; 0 where there is only one.</param>
    /// <param name="from">Where to start.</param>
    int Next(int parent, int from);

    /// <summary>How many there are.</summary>
    /// <param name="parent">The object of the directory that they are in; 0 where there is only one.</param>
    int Count(int parent);
}
