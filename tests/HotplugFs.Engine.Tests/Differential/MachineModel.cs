using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>A block of the model.</summary>
internal sealed class ModelBlock
{
    public required int Number { get; init; }

    public required int Node { get; init; }

    /// <summary>The zone that its pages remember; what it means while it is offline is the era's business.</summary>
    public ZoneType Zone { get; set; }

    /// <summary>The zone of the upper half, if that is another one.</summary>
    public ZoneType? Upper { get; init; }

    public bool Online { get; set; }

    /// <summary>What the file <c>online</c> says.</summary>
    public bool Flag { get; set; }

    /// <summary>The request that <c>1</c> in the file <c>online</c> stands for.</summary>
    public OnlineType Remembered { get; set; } = OnlineType.Online;

    public bool IsBoot { get; init; }

    public string? Dimm { get; init; }

    public int Start => 2 * Number;

    public int End => 2 * Number + 2;
}

/// <summary>The documents do not say what happens in this case: the comparison ends here.</summary>
internal sealed class RulesAreSilentException(string reason) : Exception(reason);

/// <summary>
/// A naive machine, written from the descriptions of the real kernels' behaviour and not from the engine: lists of blocks, walks over
/// all of them, nothing kept that can be counted. What the eras have in common is here.
/// </summary>
/// <remarks>Positions and amounts are in halves of a block.</remarks>
internal abstract class MachineModel
{
    public const string Ok = "ok";
    public const string Already = "already";

    /// <summary>Every zone of x86_64.</summary>
    public static readonly ZoneType[] Zones = [ZoneType.Dma, ZoneType.Dma32, ZoneType.Normal, ZoneType.Movable];

    protected MachineModel(Layout layout)
    {
        Layout = layout;
        foreach (var (node, run, number) in layout.BootBlocks())
        {
            Blocks.Add(new ModelBlock
            {
                Number = number,
                Node = node.Number,
                Zone = run.Zone,
                Upper = run.Upper,
                Online = true,
                Flag = true,
                IsBoot = true,
            });
            if (run.Stuck)
                Stuck.Add(number);
        }
    }

    public Layout Layout { get; }

    public List<ModelBlock> Blocks { get; } = [];

    /// <summary>Numbers of blocks whose pages cannot be moved away.</summary>
    public HashSet<int> Stuck { get; } = [];

    /// <summary>What a notifier says to onlining: an error number, or nothing.</summary>
    public Errno? OnlineError { get; set; }

    /// <summary>What a notifier says to offlining.</summary>
    public Errno? OfflineError { get; set; }

    public OnlineType AutoOnline { get; set; } = OnlineType.Offline;

    public SortedDictionary<string, (int Node, int First, int Count)> Dimms { get; } = new(StringComparer.Ordinal);

    /// <summary>What a zone of a node spans, <c>[Start, End)</c>; (0, 0) for nothing.</summary>
    public abstract (int Start, int End) Span(int node, ZoneType zone);

    public abstract string ValidZones(ModelBlock block);

    /// <summary>Nodes that <c>has_normal_memory</c> lists.</summary>
    public abstract bool HasNormalMemory(int node);

    public bool HasMemory(int node) => Array.Exists(Zones, zone => Present(node, zone) > 0);

    public bool IsNodeOnline(int node) => Blocks.Any(block => block.Node == node) || Layout.Nodes.Single(other => other.Number == node).HasCpu;

    /// <summary>What is online in a zone.</summary>
    public int Present(int node, ZoneType zone) => Blocks.Where(block => block.Online && block.Node == node).Sum(block => Amount(block, zone));

    protected static int Amount(ModelBlock block, ZoneType zone) =>
        (block.Zone == zone ? 1 : 0) + ((block.Upper ?? block.Zone) == zone ? 1 : 0);

    protected int KernelPresent(int node) =>
        Present(node, ZoneType.Dma) + Present(node, ZoneType.Dma32) + Present(node, ZoneType.Normal);

    /// <summary>The numbers of all blocks, ascending.</summary>
    public int[] Numbers => [.. Blocks.Select(block => block.Number).Order()];

    /// <summary>What is no block's and cannot be seen, but has its effect later.</summary>
    public virtual string Settings() => "";

    /// <summary>The same and what the blocks remember.</summary>
    public virtual string Hidden() => Settings() + string.Join(' ', Blocks.OrderBy(block => block.Number).Select(block => block.Remembered));

    public ModelBlock? Find(int number) => Blocks.Find(block => block.Number == number);

    /// <summary>Writing a word to <c>state</c>.</summary>
    public string SetState(int number, OnlineType word)
    {
        var block = Find(number)!;
        if (word == OnlineType.Offline)
            return DeviceOffline(block);
        if (RemembersRefusedWords || !block.Online)
            block.Remembered = word;
        return DeviceOnline(block);
    }

    /// <summary>Writing a truth value to <c>online</c>.</summary>
    public string SetOnline(int number, bool online) => online ? DeviceOnline(Find(number)!) : DeviceOffline(Find(number)!);

    /// <summary>An online word for a block that is online already has its effect later.</summary>
    protected virtual bool RemembersRefusedWords => true;

    /// <summary>A block that auto-online brought up has a device that does not know.</summary>
    protected virtual bool AutoOnlineForgetsDevice => false;

    /// <summary>Decides in what zone a block comes online, or refuses; a legacy kernel moves the block's zone at once.</summary>
    protected abstract string PrepareOnline(ModelBlock block, OnlineType request, out ZoneType zone);

    /// <summary>Why a block cannot go offline, by the rules of the era.</summary>
    protected abstract string CheckOffline(ModelBlock block);

    /// <summary>The zone that a block remembers when it is added, and what the addition does to spans.</summary>
    protected abstract ZoneType ZoneForNew(int node, int first, int count);

    /// <summary>A block has been taken out of the list.</summary>
    protected abstract void Removed(ModelBlock block, ZoneType zoneOfFirst);

    private string DeviceOnline(ModelBlock block)
    {
        if (block.Flag)
            return Already;
        var outcome = Ok;
        if (!block.Online)
        {
            outcome = BringOnline(block, block.Remembered);
            block.Remembered = OnlineType.Online;
        }
        block.Flag = block.Online;
        return outcome;
    }

    private string BringOnline(ModelBlock block, OnlineType request)
    {
        var outcome = PrepareOnline(block, request, out var zone);
        if (outcome == Ok && OnlineError is { } error)
            outcome = error.Name();
        if (outcome != Ok)
            return outcome;
        block.Zone = zone;
        block.Online = true;
        return Ok;
    }

    private string DeviceOffline(ModelBlock block)
    {
        if (!block.Flag)
            return Already;
        var outcome = CheckOffline(block);
        if (outcome == Ok && Stuck.Contains(block.Number))
            outcome = Errno.EBUSY.Name();
        if (outcome == Ok && OfflineError is { } error)
            outcome = error.Name();
        if (outcome != Ok)
            return outcome;
        block.Online = block.Flag = false;
        return Ok;
    }

    public string Plug(string id, int node, int first, int count)
    {
        if (Dimms.ContainsKey(id) || Blocks.Any(block => block.Number >= first && block.Number < first + count))
            return Errno.EEXIST.Name();
        Dimms.Add(id, (node, first, count));
        Add(id, node, first, count);
        return Ok;
    }

    /// <summary>Writing an address to <c>probe</c>: one block, on the first node.</summary>
    public string Probe(int number)
    {
        if (Find(number) is not null)
            return Errno.EEXIST.Name();
        Add(null, Layout.Nodes.Select(node => node.Number).Where(IsNodeOnline).Min(), number, 1);
        return Ok;
    }

    private void Add(string? dimm, int node, int first, int count)
    {
        var zone = ZoneForNew(node, first, count);
        var added = Enumerable.Range(first, count).Select(number => new ModelBlock { Number = number, Node = node, Zone = zone, Dimm = dimm }).ToArray();
        Blocks.AddRange(added);
        if (AutoOnline == OnlineType.Offline)
            return;
        foreach (var block in added)
        {
            if (AutoOnlineForgetsDevice)
            {
                BringOnline(block, AutoOnline);
                continue;
            }
            block.Remembered = AutoOnline;
            DeviceOnline(block);
        }
    }

    /// <summary>True if a real kernel would crash if the dimm went now.</summary>
    public bool IsUnplugFatal(string id) => OfDimm(id).Any(block => block.Online && !block.Flag);

    /// <summary>Ejecting a dimm: its online blocks go first, ascending; those that did not are asked once more; else all come back.</summary>
    public string Unplug(string id)
    {
        var blocks = OfDimm(id);
        var wanted = blocks.Where(block => block.Flag).ToArray();
        var refused = wanted.Where(block => DeviceOffline(block) != Ok).ToArray();
        if (refused.Any(block => DeviceOffline(block) != Ok))
        {
            foreach (var block in wanted.Where(block => !block.Flag))
                DeviceOnline(block);
            return Errno.EBUSY.Name();
        }
        Dimms.Remove(id);
        var zone = blocks[0].Zone;
        foreach (var block in blocks)
        {
            Blocks.Remove(block);
            Removed(block, zone);
        }
        return Ok;
    }

    protected ModelBlock[] OfDimm(string id) => [.. Blocks.Where(block => block.Dimm == id).OrderBy(block => block.Number)];
}
