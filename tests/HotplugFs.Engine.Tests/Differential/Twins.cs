namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Thrown if engine and model differ.</summary>
internal sealed class DifferenceException(string message) : Exception(message);

/// <summary>One machine as engine and as model, which must look the same after every operation.</summary>
internal sealed class Twins
{
    private const long PagesInHalf = Machines.BlockSize / 2 / PageSize.Usual;

    private readonly Era _era;
    private readonly Machine _engine;
    private readonly List<string> _done = [];

    public Twins(Era era, Layout layout)
    {
        (_era, Model, _engine) = (era, era.Model(layout), era.Engine(layout));
        _engine.IsolatePages = block => Model.Stuck.Contains(block.Id.Number) ? new Refusal(Errno.EBUSY, RefusalRule.UnmovablePages, "stuck") : null;
    }

    public MachineModel Model { get; }

    public Machine Engine => _engine;

    /// <summary>Everything that is visible of both machines, as of the last comparison.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Compares the machines before the first operation.</summary>
    public void CompareAtBoot() => Compare("boot", (MachineModel.Ok, MachineModel.Ok));

    /// <summary>Executes an operation on both machines and compares them.</summary>
    /// <returns>False if the kernel does not have the operation.</returns>
    /// <exception cref="RulesAreSilentException">The documents do not describe the result.</exception>
    public bool Do(Operation operation) => Do(operation, out _);

    /// <inheritdoc cref="Do(Operation)"/>
    /// <param name="expected">The model's result.</param>
    public bool Do(Operation operation, out string expected)
    {
        expected = "";
        if (!Exists(operation))
            return false;
        expected = DoToModel(operation);
        Compare(operation, (expected, Describe(_engine.Apply(operation))));
        _done.Add($"{operation}: {expected}");
        return true;
    }

    /// <summary>Executes an operation that was compared before.</summary>
    public void Replay(Operation operation)
    {
        DoToModel(operation);
        _engine.Apply(operation);
        _done.Add($"{operation}");
    }

    /// <summary>
    /// Executes an operation on the model alone. The caller executes it on the engine in another way, then calls <see cref="CompareAfter"/>.
    /// </summary>
    /// <returns>The model's result; null if the kernel does not have the operation.</returns>
    /// <exception cref="RulesAreSilentException">The documents do not describe the result.</exception>
    public string? DoToModelOnly(Operation operation)
    {
        if (!Exists(operation))
            return null;
        var expected = DoToModel(operation);
        _done.Add($"{operation}: {expected}");
        return expected;
    }

    /// <summary>Compares the machines after an operation whose results the caller compares.</summary>
    public void CompareAfter(object operation) => Compare(operation, (MachineModel.Ok, MachineModel.Ok));

    /// <summary>True if the kernel has the operation and survives it.</summary>
    private bool Exists(Operation operation) => operation switch
    {
        WriteState write => Model.Find(write.Block) is not null,
        Refused refused => Model.Find(refused.Write.Block) is not null,
        WriteOnline write => Model.Find(write.Block) is not null,
        WriteAutoOnline write => _era.HasAutoOnline && (!_era.IsLegacy || write.Word is OnlineType.Online or OnlineType.Offline),
        WritePolicy => !_era.IsLegacy,
        Probe => _era.IsLegacy,
        // No kernel frees the pages at the start of memory.
        Stick stick => stick.Block != 0,
        Plug plug => Model.Layout.Nodes.Any(node => node.Number == plug.Node),
        Unplug unplug => Model.Dimms.ContainsKey(unplug.Id) && !Model.IsUnplugFatal(unplug.Id),
        _ => true,
    };

    private string DoToModel(Operation operation)
    {
        switch (operation)
        {
            case WriteState(var block, var word):
                return Model.SetState(block, word);
            case Refused(var write):
                DoToModel(new Inject(false, Errno.EIO));
                var refused = DoToModel(write);
                DoToModel(new Inject(false, null));
                return refused;
            case WriteOnline(var block, var online):
                return Model.SetOnline(block, online);
            case Plug(var id, var node, var first, var count):
                return Model.Plug(id, node, first, count);
            case Unplug(var id):
                return Model.Unplug(id);
            case Probe(var number):
                return Model.Probe(number);
            case Inject(true, var error):
                Model.OfflineError = error;
                break;
            case Inject(false, var error):
                Model.OnlineError = error;
                break;
            case WriteAutoOnline(var word):
                Model.AutoOnline = word;
                break;
            case WritePolicy(var auto, var ratio, var aware):
                var modern = (ModernModel)Model;
                (modern.IsAutoMovable, modern.RatioPercent, modern.IsNumaAware) = (auto, ratio, aware);
                break;
            case Stick(var block):
                if (!Model.Stuck.Remove(block))
                    Model.Stuck.Add(block);
                break;
        }
        return MachineModel.Ok;
    }

    private static string Describe(Result<DeviceOutcome> outcome)
    {
        if (!outcome.IsOk)
            return outcome.Error.Name();
        return outcome.Value == DeviceOutcome.Already ? MachineModel.Already : MachineModel.Ok;
    }

    private void Compare(object operation, (string Model, string Engine) outcome)
    {
        var model = Text = ModelText();
        var engine = EngineText();
        if (outcome.Model != outcome.Engine || model != engine)
            throw new DifferenceException($"{_era}: {operation}: model {outcome.Model}, engine {outcome.Engine}\n"
                + Difference(model, engine) + $"\nafter, on {Model.Layout}:\n" + string.Join('\n', _done));
    }

    private static string Difference(string model, string engine)
    {
        var (left, right) = (model.Split('\n'), engine.Split('\n'));
        var differences = left.Except(right).Select(line => "model:  " + line).Concat(right.Except(left).Select(line => "engine: " + line));
        return string.Join('\n', differences);
    }

    /// <summary>Everything that is visible of the model, one line per block, node, zone and DIMM.</summary>
    private string ModelText()
    {
        var lines = new List<string>();
        foreach (var block in Model.Blocks.OrderBy(block => block.Number))
        {
            var zone = block.Upper is null && (_era.IsLegacy || block.Online) ? block.Zone.Name() : "";
            lines.Add(BlockLine(block.Number, block.Node, block.Online, block.Flag, zone, Model.ValidZones(block)));
        }
        foreach (var node in Model.Layout.Nodes.Select(node => node.Number))
        {
            lines.Add($"node{node} online {Model.IsNodeOnline(node)} memory {Model.HasMemory(node)} normal {Model.HasNormalMemory(node)}");
            foreach (var zone in MachineModel.Zones)
                lines.Add($"node{node} {zone.Name()} {Model.Span(node, zone)} present {Model.Present(node, zone)}");
        }
        lines.AddRange(Model.Dimms.Keys);
        return string.Join('\n', lines);
    }

    private static string BlockLine(int number, int node, bool online, bool flag, string zone, string validZones) =>
        $"memory{number} node{node} {(online ? "online" : "offline")} {(flag ? 1 : 0)} {zone} [{validZones}]";

    private string EngineText()
    {
        var lines = new List<string>();
        foreach (var id in Snapshot.Ids(_engine))
        {
            var block = _engine[id];
            var online = block.State == MemoryBlockState.Online;
            var zone = block.Zones.IsSingle && (_era.IsLegacy || online) ? block.Zones.Lowest.Name() : "";
            lines.Add(BlockLine(id.Number, block.Node.Number, online, block.DeviceOnline, zone, _engine.ValidZones(id).ToString()));
        }
        var states = _engine.NodeStates;
        foreach (var node in _engine.PossibleNodes)
        {
            var number = node.Number;
            lines.Add($"node{number} online {states.Online.Contains(number)} memory {states.Memory.Contains(number)} "
                + $"normal {states.NormalMemory.Contains(number)}");
            foreach (var zone in node.Zones.Where(zone => MachineModel.Zones.Contains(zone.Type)))
                lines.Add($"node{number} {zone.Type.Name()} {Halves(zone.Span)} present {zone.PresentPages / PagesInHalf}");
        }
        lines.AddRange(_engine.Dimms.Select(dimm => dimm.Id).Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }

    /// <summary>Converts pages to half blocks. The first page of a machine is in no zone, so it is rounded away.</summary>
    private static (int Start, int End) Halves(PfnRange span) => ((int)(span.Start / PagesInHalf), (int)(span.End / PagesInHalf));
}
