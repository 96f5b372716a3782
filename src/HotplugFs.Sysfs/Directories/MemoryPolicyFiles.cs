using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/kernel/mm/numa</c> and <c>/sys/kernel/mm/mempolicy</c>. They only keep what is written, because no page is demoted or interleaved
/// here (docs/kernels.md, "Memory tiers").
/// </summary>
internal sealed class MemoryPolicyFiles
{
    private const int WeightMax = byte.MaxValue;

    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly PerObject? _demotion;
    private readonly PerObject? _manual;

    /// <summary>The weights of the possible nodes in their order; null while all are 1.</summary>
    private int[]? _weights;

    public MemoryPolicyFiles(Machine machine, SysfsProfile profile, MachineObjects objects)
    {
        (_machine, _profile) = (machine, profile);
        _demotion = machine.Config.Numa && profile.HasDemotion ? objects.AddSetting(objects: null) : null;
        HasWeights = machine.Config.Numa && profile.HasWeightedInterleave && machine.PossibleNodes.Count < NodeId.EntryLimit;
        _manual = HasWeights ? objects.AddSetting(objects: null) : null;
    }

    /// <summary>True if nodes have weights.</summary>
    public bool HasWeights { get; }

    /// <summary>The entries of <c>/sys/kernel/mm</c> that the kernel has.</summary>
    public Entry[] Build() =>
    [
        .. When(_demotion is not null, Dir("numa", Switch("demotion_enabled", _demotion!, ModeBits.Mode0644, isInverse: false))),
        .. HasWeights ? When(true, Dir("mempolicy", Dir("weighted_interleave", Weights()))) : [],
    ];

    /// <summary>Passes the weights through a stream.</summary>
    public void Transfer(StateStream state)
    {
        if (!HasWeights)
            return;
        var weights = state.Numbers([.. _weights ?? []]);
        if (state.IsReading)
            _weights = weights.Count > 0 ? [.. weights] : null;
    }

    /// <summary>Follows a node that gets or loses online memory.</summary>
    public void MemoryChanged(KernfsTree tree, int node)
    {
        if (HasWeights && _profile.AutoWeightFile is not null && tree.Find("sys/kernel/mm/mempolicy/weighted_interleave") is { IsOk: true } directory)
            tree.Changes.EntryChanged(directory.Value, $"node{node}");
    }

    private DirectoryType Weights()
    {
        var entries = new List<Entry>();
        if (_profile.AutoWeightFile is { } auto)
            entries.Add(Switch(auto, _manual!, ModeBits.Mode0664, isInverse: true));
        for (var i = 0; i < _machine.PossibleNodes.Count; i++)
            entries.Add(Weight(i, _machine.PossibleNodes[i].Number));
        return new DirectoryType([.. entries]);
    }

    private SysfsAttribute Weight(int index, int node) => Rw(
        $"node{node}",
        (_, text) =>
        {
            text.Append(_weights?[index] ?? 1).Append('\n');
            return Result.Ok;
        },
        (_, text) => StoreWeight(index, text),
        isVisible: _ => _profile.AutoWeightFile is null || _machine.NodeStates.Memory.Contains(node));

    /// <summary>Sets a weight. Kernels without automatic weights take an empty text and 0 for the usual weight.</summary>
    private Result<int> StoreWeight(int index, ReadOnlySpan<byte> text)
    {
        var isUsual = _profile.AutoWeightFile is null && KernelText.WithoutNewline(text).IsEmpty;
        var weight = 0UL;
        if (!isUsual && !KernelText.ParseUnsigned(text).TryGet(out weight, out _) || weight > WeightMax
            || (weight == 0 && _profile.AutoWeightFile is not null))
        {
            _machine.LogRefused("weighted_interleave", text, $"not a number from 1 to {WeightMax}");
            return Errno.EINVAL;
        }
        if (_weights is null)
            Array.Fill(_weights = new int[_machine.PossibleNodes.Count], 1);
        _weights[index] = Math.Max(1, (int)weight);
        _manual![0] = true;
        return text.Length;
    }

    private SysfsAttribute Switch(string name, PerObject setting, uint mode, bool isInverse)
    {
        return Rw(name, Show, Store, mode);

        Result Show(int obj, TextBuffer text)
        {
            text.Append(setting[0] != isInverse ? "true\n"u8 : "false\n"u8);
            return Result.Ok;
        }

        Result<int> Store(int obj, ReadOnlySpan<byte> text)
        {
            if (!_machine.ParseBool(name, text, _profile.TruthWords).TryGet(out var wanted, out var error))
                return error;
            setting[0] = wanted != isInverse;
            return text.Length;
        }
    }
}
