using HotplugFs.Engine.Notifiers;
using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>Does random operations that use, move, add and remove pages. All that happens follows from the seed.</summary>
internal sealed class RandomPageOperations(Machine machine, Kernel kernel, int seed)
{
    private const int LoadsMax = 8;
    private const int BlocksMax = 28;

    private static readonly string[] Words = ["offline", "online", "online_kernel", "online_movable"];
    private static readonly string[] Rates = ["0", "0", "0", "64M", "2s"];
    private static readonly PageKind[] LoadKinds = [.. Enum.GetValues<PageKind>().Where(kind => (int)kind < PageKinds.LoadKinds.Count)];

    private readonly Random _random = new(seed);
    private readonly long _pageSize = machine.PageSizeBytes;
    private readonly OnlineType[] _autoOnlineTypes = [.. kernel.AutoOnlineTypes, OnlineType.Offline];
    private readonly Func<MemoryBlock, Refusal?> _machineDecides = machine.IsolatePages;

    /// <summary>The operation that waits, and its caller.</summary>
    private (ulong Caller, string Name, Func<Result> Run)? _waiting;

    private ulong _callers;

    /// <summary>What was done last.</summary>
    public string Last { get; private set; } = "boot";

    /// <summary>Number of operations that succeeded.</summary>
    public int Succeeded { get; private set; }

    /// <summary>Does one operation, or continues the one that waits.</summary>
    public void Do()
    {
        if (_waiting is { } waiting && _random.Next(3) == 0)
        {
            _waiting = null;
            machine.Now += TimeSpan.FromMilliseconds(_random.Next(20) == 0 ? 130_000 : _random.Next(2000));
            Run(new Caller(waiting.Caller, HasWaited: true, IsInterrupted: _random.Next(4) == 0), waiting.Name, waiting.Run);
            return;
        }
        var (name, run) = Choose();
        Run(new Caller(++_callers), name, run);
    }

    private void Run(Caller caller, string name, Func<Result> run)
    {
        machine.Caller = caller;
        var result = run();
        Last = $"{name}: {(result.Failed(out var error) ? error.Name() : "ok")}";
        Succeeded += result.IsOk ? 1 : 0;
        // Other operations behind one that waits are given up here: their clients died.
        if (error == Errno.EWAITING && _waiting is null)
            _waiting = (caller.Number, name, run);
    }

    private (string Name, Func<Result> Run) Choose() => _random.Next(40) switch
    {
        < 9 => ChooseLoad(),
        < 20 => Write(AnyBlock(), AnyOf(Words)),
        < 22 => Plug(),
        < 24 when machine.Dimms.Count > 0 => Unplug(machine.Dimms.ElementAt(_random.Next(machine.Dimms.Count))),
        < 26 when machine.Rules.HasVirtioMem => ResizeVirtioMem(),
        < 29 => ResizeHugePages(),
        < 31 => Retire(),
        < 33 => Always("compact", () => machine.Compaction.Run(AnyNode())),
        33 => SetRate(),
        34 => OverrideOffline(),
        35 => Inject(),
        36 => Always("auto-online", () => machine.Devices.AutoOnline = AnyOf(_autoOnlineTypes)),
        _ => Start(),
    };

    private (string Name, Func<Result> Run) ChooseLoad()
    {
        if (machine.Loads.Count == 0 || machine.Loads.Count < LoadsMax && _random.Next(3) == 0)
            return Start();
        var load = machine.Loads.ElementAt(_random.Next(machine.Loads.Count));
        var (bytes, churn) = (AnySize(), _random.Next(1, 3));
        return _random.Next(3) switch
        {
            0 => ($"resize {load.Id} to {bytes}", () => machine.Loads.Resize(load, bytes)),
            1 => Always($"churn {load.Id}", () => machine.Loads.Churn(load, churn, churn)),
            _ => Always($"stop {load.Id}", () => machine.Loads.Stop(load)),
        };
    }

    private (string Name, Func<Result> Run) Start()
    {
        var (id, kind, bytes) = ($"load{_random.Next(LoadsMax)}", AnyOf(LoadKinds), AnySize());
        var placement = new LoadPlacement(AnyNode(), (MemoryPolicy)_random.Next(3)) { HugePageKiB = AnyOf([.. machine.AllHugePages]).SizeKiB };
        return ($"start {id} {kind} {bytes} on node {placement.Node.Number} {placement.Policy} {placement.HugePageKiB}",
            () => ToResult(machine.Loads.Start(id, kind, bytes, placement)));
    }

    /// <summary>Writes to <c>state</c> of a block, unless the block was removed while the operation waited.</summary>
    private (string Name, Func<Result> Run) Write(int block, string word) =>
        ($"memory{block} {word}", () => machine.Blocks.Contains(block) ? ToResult(machine.Write(block, word)) : Result.Ok);

    private (string Name, Func<Result> Run) Plug()
    {
        var (id, node, blocks) = ($"dimm{_random.Next(6)}", AnyNode(), _random.Next(1, 4));
        long? address = _random.Next(2) == 0 ? null : (PageTestMachines.FirstDimmBlock + _random.Next(BlocksMax)) * machine.BlockSizeBytes;
        return ($"plug {id} of {blocks} blocks on node {node.Number}", () => machine.Blocks.Count + blocks <= BlocksMax
            ? ToResult(machine.Plug(new DimmDefinition(id, node.Number, blocks * machine.BlockSizeBytes, address)))
            : Result.Ok);
    }

    /// <summary>Unplugs a DIMM, unless it was removed while the operation waited.</summary>
    private (string Name, Func<Result> Run) Unplug(Dimm dimm) =>
        ($"unplug {dimm.Id}", () => machine.Dimms.Find(dimm.Id) == dimm ? machine.Unplug(dimm) : Result.Ok);

    private long SubBlock => (long)machine.PageSizeBytes << machine.FreeLists.PageblockOrder;

    private (string Name, Func<Result> Run) ResizeVirtioMem()
    {
        var (subBlocks, node) = (_random.Next(4 * (int)(machine.BlockSizeBytes / SubBlock)), AnyNode());
        return ($"virtio-mem {subBlocks} sub-blocks, node {node.Number}", () =>
        {
            if (machine.VirtioMem.Find("v") is not { } device)
                return ToResult(machine.VirtioMem.Plug(new VirtioMemDefinition("v", node.Number, 4 * machine.BlockSizeBytes, null)));
            return subBlocks % 8 == 7
                ? machine.VirtioMem.Unplug(device)
                : machine.VirtioMem.Resize(device, subBlocks * SubBlock);
        }
        );
    }

    private (string Name, Func<Result> Run) ResizeHugePages()
    {
        var (pools, node) = (machine.AllHugePages[_random.Next(machine.AllHugePages.Count)], AnyNode());
        var count = pools.IsGigantic ? _random.Next(4) : _random.Next(30);
        return _random.Next(5) switch
        {
            0 => Always($"{count} huge pages of {pools.SizeKiB}", () => pools.ResizeAll(count)),
            1 when pools.SizeKiB > machine.AllHugePages[0].SizeKiB =>
                Always($"split {count} huge pages of {pools.SizeKiB} on {node.Number}", () => pools.Demote(node, count, machine.AllHugePages[0])),
            _ => Always($"{count} huge pages of {pools.SizeKiB} on node {node.Number}", () => pools.Resize(node, count)),
        };
    }

    private (string Name, Func<Result> Run) Retire()
    {
        var address = (ulong)(AnyBlock() * machine.BlockSizeBytes + _random.Next((int)(machine.BlockSizeBytes / _pageSize)) * _pageSize);
        return _random.Next(2) == 0
            ? ($"soft_offline_page {address:x}", () => machine.Poison.SoftOffline(address))
            : ($"hard_offline_page {address:x}", () => machine.Poison.HardOffline(address));
    }

    private (string Name, Func<Result> Run) SetRate()
    {
        var rate = AnyOf(Rates);
        return Always($"migration_rate {rate}", () => machine.MigrationRate = MigrationRate.TryParse(rate, out var parsed) ? parsed : default);
    }

    /// <summary>Lets blocks go offline whatever they hold, or refuses all, or leaves it to the machine.</summary>
    private (string Name, Func<Result> Run) OverrideOffline()
    {
        var kind = _random.Next(6);
        return Always($"offline_result {kind}", () => machine.IsolatePages = kind switch
        {
            0 => _ => null,
            1 => _ => new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "refused"),
            _ => _machineDecides,
        });
    }

    private (string Name, Func<Result> Run) Inject()
    {
        var (action, error) = (_random.Next(2) == 0 ? MemoryAction.GoingOnline : MemoryAction.GoingOffline, _random.Next(3) == 0 ? -12 : 0);
        return Always($"{action} {error}", () => machine.ErrorInjection[action] = error);
    }

    private static Result ToResult<T>(Result<T> result) => result.TryGet(out _, out var error) ? Result.Ok : error;

    private static (string Name, Func<Result> Run) Always(string name, Action run) => (name, () =>
    {
        run();
        return Result.Ok;
    }
    );

    private T AnyOf<T>(T[] values) => values[_random.Next(values.Length)];

    private NumaNode AnyNode() => machine.PossibleNodes[_random.Next(machine.PossibleNodes.Count)];

    private int AnyBlock() => machine.Blocks.Members().ElementAt(_random.Next(machine.Blocks.Count));

    /// <summary>Mostly a few pages or blocks, and now and then more than there is.</summary>
    private long AnySize() => _random.Next(4) switch
    {
        0 => _random.Next(3000) * _pageSize,
        1 => _random.Next(400) * (_pageSize << 8),
        _ => _random.Next(60 << 8) * _pageSize,
    };
}
