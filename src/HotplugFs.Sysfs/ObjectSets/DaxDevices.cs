
namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>Devices of the dax bus by the names that a kind of entry has for them. An object is the index of a device.</summary>
/// <param name="bus">The bus.</param>
/// <param name="isMember">Returns which devices belong to the set.</param>
/// <param name="name">Returns the name of a device in the set.</param>
internal sealed class DaxDevices(DaxBus bus, Predicate<DaxDevice> isMember, Func<DaxDevice, string> name) : INamedObjectSet
{
    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        var device = bus.At(number);
        generation = device?.Generation ?? 0;
        return device is not null && isMember(device);
    }

    public int Next(int parent, int from)
    {
        var next = -1;
        foreach (var device in bus)
            if (isMember(device) && device.Index >= from && (next < 0 || device.Index < next))
                next = device.Index;
        return next;
    }

    public int Count(int parent)
    {
        var count = 0;
        foreach (var device in bus)
            count += isMember(device) ? 1 : 0;
        return count;
    }

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number)
    {
        var wanted = Encoding.UTF8.GetString(name);
        number = -1;
        foreach (var device in bus)
            if (isMember(device) && NameOf(device) == wanted)
                number = device.Index;
        return number >= 0;
    }

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(NameOf(bus.At(number)!));

    private string NameOf(DaxDevice device) => name(device);
}
