namespace HotplugFs.Kernfs;

/// <summary>Children with individual names, such as IDs chosen by users.</summary>
public sealed class NamedChildren : ChildSet
{
    private readonly INamedObjectSet _objects;

    internal NamedChildren(INamedObjectSet objects, DirectoryType? type, ShowTarget? target)
        : base(objects, type, target) => _objects = objects;

    internal NamedChildren(INamedObjectSet objects, DeviceOf device)
        : this(objects, null, null) => Device = device;

    /// <inheritdoc/>
    public override bool TryFind(int parent, ReadOnlySpan<byte> name, out int number) => _objects.TryFind(parent, name, out number);

    internal override void AppendName(int parent, int number, TextBuffer text) => _objects.AppendName(parent, number, text);
}
