namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The DIMMs by the names that users gave them. The index of a DIMM is never reused, so it needs no generation.</summary>
internal sealed class DimmObjects(Machine machine) : INamedObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return machine.Dimms.At(number) is not null;
    }

    public int Next(int parent, int from) => machine.Dimms.NextIndex(from);

    public int Count(int parent) => machine.Dimms.Count;

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        var dimm = machine.Dimms.Find(Encoding.UTF8.GetString(name));
        number = dimm?.Index ?? -1;
        return dimm is not null;
    }

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(machine.Dimms.At(number)!.Id);
}
