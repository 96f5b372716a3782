namespace HotplugFs.Engine.Tests.Differential;

/// <summary>A block of the model.</summary>
internal sealed class ModelBlock
{
    public required int Number { get; init; }

    public required int Node { get; init; }

    /// <summary>The zone that the block's pages remember; its meaning for an offline block depends on the era.</summary>
    public ZoneType Zone { get; set; }

    /// <summary>The zone of the upper half if it is in another zone.</summary>
    public ZoneType? Upper { get; init; }

    public bool Online { get; set; }

    /// <summary>The value that the file <c>online</c> shows.</summary>
    public bool Flag { get; set; }

    /// <summary>The request that a write of <c>1</c> to the file <c>online</c> means.</summary>
    public OnlineType Remembered { get; set; } = OnlineType.Online;

    public bool IsBoot { get; init; }

    public string? Dimm { get; set; }

    public int Start => 2 * Number;

    public int End => 2 * Number + 2;
}

/// <summary>Thrown if the documents do not describe the case; the comparison ends there.</summary>
internal sealed class RulesAreSilentException(string reason) : Exception(reason);

/// <summary>
/// A simple machine, written from the descriptions of real kernels and independent of the engine: it walks over lists of blocks and stores
/// nothing that can be counted. This class has the rules that the eras share.
/// </summary>
/// <remarks>Positions and amounts are in half blocks.</remarks>
internal abstract class MachineModel
{
    public const string Ok = "ok";
    public const string Already = "already";

    /// <summary>The zones of x86_64.</summary>
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

    /// <summary>The numbers of the blocks whose pages cannot be moved.</summary>
    public HashSet<int> Stuck { get; } = [];

    /// <summary>The errno with which a notifier refuses onlining, or null.</summary>
    public Errno? OnlineError { get; set; }

    /// <summary>The errno with which a notifier refuses offlining, or null.</summary>
    public Errno? OfflineError { get; set; }

    public OnlineType AutoOnline { get; set; } = OnlineType.Offline;

    public SortedDictionary<string, (int Node, int First, int Count)> Dimms { get; } = new(StringComparer.Ordinal);

    /// <summary>The span of a zone of a node, <c>[Start, End)</c>; (0, 0) if it is empty.</summary>
    public abstract (int Start, int End) Span(int node, ZoneType zone);

    public abstract string ValidZones(ModelBlock block);

    /// <summary>True if <c>has_normal_memory</c> lists the node.</summary>
    public abstract bool HasNormalMemory(int node);

    public bool HasMemory(int node) => Array.Exists(Zones, zone => Present(node, zone) > 0);

    public bool IsNodeOnline(int node) =>
        Blocks.Any(block => block.Node == node) || Layout.Nodes.Single(other => other.Number == node).HasCpu;

    /// <summary>The amount of online memory in a zone.</summary>
    public int Present(int node, ZoneType zone) =>
        Blocks.Where(block => block.Online && block.Node == node).Sum(block => Amount(block, zone));

    protected static int Amount(ModelBlock block, ZoneType zone) =>
        (block.Zone == zone ? 1 : 0) + ((block.Upper ?? block.Zone) == zone ? 1 : 0);

    protected int KernelPresent(int node) =>
        Present(node, ZoneType.Dma) + Present(node, ZoneType.Dma32) + Present(node, ZoneType.Normal);

    /// <summary>The numbers of all blocks, ascending.</summary>
    public int[] Numbers => [.. Blocks.Select(block => block.Number).Order()];

    /// <summary>Invisible state of the machine that has an effect later.</summary>
    public virtual string Settings() => "";

    /// <summary>All invisible state: <see cref="Settings"/> and the requests that the blocks remember.</summary>
    public string Hidden() =>
        Settings() + string.Join(' ', Blocks.OrderBy(block => block.Number).Select(block => block.Remembered));

    public ModelBlock? Find(int number) => Blocks.Find(block => block.Number == number);

    /// <summary>Writes a word to <c>state</c>.</summary>
    public string SetState(int number, OnlineType word)
    {
        var block = Find(number)!;
        if (word == OnlineType.Offline)
            return DeviceOffline(block);
        if (RemembersRefusedWords || !block.Online)
            block.Remembered = word;
        return DeviceOnline(block);
    }

    /// <summary>Writes a truth value to <c>online</c>.</summary>
    public string SetOnline(int number, bool online) => online ? DeviceOnline(Find(number)!) : DeviceOffline(Find(number)!);

    /// <summary>True if an online word for an online block has an effect later.</summary>
    protected virtual bool RemembersRefusedWords => true;

    /// <summary>True if auto-online onlines a block but not its device.</summary>
    protected virtual bool AutoOnlineForgetsDevice => false;

    /// <summary>True if an ejected DIMM leaves its blocks behind.</summary>
    protected virtual bool EjectKeepsBlocks => false;

    /// <summary>Decides on the zone that a block comes online in, or refuses. A legacy kernel changes the block's zone at once.</summary>
    protected abstract string PrepareOnline(ModelBlock block, OnlineType request, out ZoneType zone);

    /// <summary>Returns the era's reason why a block cannot go offline, or <see cref="Ok"/>.</summary>
    protected abstract string CheckOffline(ModelBlock block);

    /// <summary>Returns the zone of added blocks and changes the spans.</summary>
    protected abstract ZoneType ZoneForNew(int node, int first, int count);

    /// <summary>Changes the spans after a block was removed.</summary>
    /// <param name="first">The first block of its DIMM.</param>
    protected abstract void Removed(ModelBlock block, ModelBlock first);

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
        if (!Dimms.ContainsKey(id) && EjectKeepsBlocks && LeftBehind(node, first, count) is { } behind)
        {
            Dimms.Add(id, (node, first, count));
            behind.ForEach(block => block.Dimm = id);
            return Ok;
        }
        if (Dimms.ContainsKey(id) || Blocks.Any(block => block.Number >= first && block.Number < first + count))
            return Errno.EEXIST.Name();
        Dimms.Add(id, (node, first, count));
        Add(id, node, first, count);
        return Ok;
    }

    /// <returns>The blocks that an ejected DIMM left behind, if it left all of them; otherwise null.</returns>
    private List<ModelBlock>? LeftBehind(int node, int first, int count)
    {
        var behind = Blocks.FindAll(block =>
            block.Number >= first && block.Number < first + count && block is { IsBoot: false, Dimm: null } && block.Node == node);
        return behind.Count == count ? behind : null;
    }

    /// <summary>Writes an address to <c>probe</c>, which adds one block on the first node.</summary>
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
        var added = Enumerable.Range(first, count)
            .Select(number => new ModelBlock { Number = number, Node = node, Zone = zone, Dimm = dimm }).ToArray();
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

    /// <summary>True if unplugging the DIMM now would crash a real kernel.</summary>
    public bool IsUnplugFatal(string id) => OfDimm(id).Any(block => block.Online && !block.Flag);

    /// <summary>
    /// Ejects a DIMM: offlines its blocks in ascending order, retries those that refused, and onlines all again if one refuses twice.
    /// </summary>
    public string Unplug(string id)
    {
        var blocks = OfDimm(id);
        if (EjectKeepsBlocks)
            return Eject(id, blocks);
        var wanted = blocks.Where(block => block.Flag).ToArray();
        var refused = wanted.Where(block => DeviceOffline(block) != Ok).ToArray();
        if (refused.Any(block => DeviceOffline(block) != Ok))
        {
            foreach (var block in wanted.Where(block => !block.Flag))
                DeviceOnline(block);
            return Errno.EBUSY.Name();
        }
        Dimms.Remove(id);
        foreach (var block in blocks)
        {
            Blocks.Remove(block);
            Removed(block, blocks[0]);
        }
        return Ok;
    }

    /// <summary>Offlines blocks up to the first that refuses; the DIMM leaves in any case, the blocks stay.</summary>
    private string Eject(string id, ModelBlock[] blocks)
    {
        _ = blocks.Where(block => block.Flag).All(block => DeviceOffline(block) == Ok);
        Dimms.Remove(id);
        foreach (var block in blocks)
            block.Dimm = null;
        return Ok;
    }

    protected ModelBlock[] OfDimm(string id) => [.. Blocks.Where(block => block.Dimm == id).OrderBy(block => block.Number)];
}
