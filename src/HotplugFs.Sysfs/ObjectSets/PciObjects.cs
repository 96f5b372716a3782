namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The PCI devices of a bus, or all of them, by their addresses. None is ever removed.</summary>
/// <param name="devices">The devices of the machine, by index.</param>
/// <param name="root">The bus (<see cref="PciAddress.Root"/>); null for all.</param>
internal sealed class PciObjects(IReadOnlyList<PciDefinition> devices, string? root) : INamedObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return number < devices.Count && IsMember(number);
    }

    public int Next(int parent, int from)
    {
        for (var number = from; number < devices.Count; number++)
            if (IsMember(number))
                return number;
        return -1;
    }

    public int Count(int parent)
    {
        var count = 0;
        for (var number = 0; number < devices.Count; number++)
            count += IsMember(number) ? 1 : 0;
        return count;
    }

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        var wanted = Encoding.UTF8.GetString(name);
        for (number = 0; number < devices.Count; number++)
            if (IsMember(number) && devices[number].Address.ToString() == wanted)
                return true;
        return false;
    }

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(devices[number].Address.ToString());

    private bool IsMember(int number) => root is null || devices[number].Address.Root == root;
}
