using CsCheck;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Something that is done to both machines.</summary>
internal abstract record Operation
{
    /// <summary>Operations of every kind; places are few, so that they meet.</summary>
    public static Gen<Operation> Random { get; } = Gen.Frequency(
        (12, Gen.Select(Gen.Int[0, 99], Gen.Enum<OnlineType>(), (place, word) => (Operation)new WriteState(place, word))),
        (4, Gen.Select(Gen.Int[0, 99], Gen.Bool, (place, online) => (Operation)new WriteOnline(place, online))),
        (3, Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.OneOf(Gen.Int[2, 48], Gen.Int[30, 48]), Gen.Int[1, 4],
            (id, node, first, count) => (Operation)new Plug($"r{id}", node, first, count))),
        (2, Gen.Int[0, 5].Select(id => (Operation)new Unplug($"r{id}"))),
        (1, Gen.Select(Gen.Bool, Gen.OneOfConst<Errno?>(null, null, Errno.ENOMEM, Errno.EINTR),
            (offline, error) => (Operation)new Inject(offline, error))),
        (1, Gen.Enum<OnlineType>().Select(word => (Operation)new WriteAutoOnline(word))),
        (1, Gen.Select(Gen.Bool, Gen.OneOfConst(0u, 50u, 100u, 301u, 1000u, uint.MaxValue), Gen.Bool,
            (auto, ratio, aware) => (Operation)new WritePolicy(auto, ratio, aware))),
        (1, Gen.Int[2, 48].Select(number => (Operation)new Probe(number))),
        (1, Gen.Int[0, 99].Select(place => (Operation)new Stick(place))));
}

/// <summary>A word to <c>state</c> of the block at a place in the list of blocks.</summary>
internal sealed record WriteState(int Place, OnlineType Word) : Operation;

/// <summary>0 or 1 to <c>online</c>.</summary>
internal sealed record WriteOnline(int Place, bool Online) : Operation;

/// <summary>A dimm on a node.</summary>
internal sealed record Plug(string Id, int Node, int First, int Count) : Operation;

/// <summary>The dimm goes.</summary>
internal sealed record Unplug(string Id) : Operation;

/// <summary>An error of the notifier, or none.</summary>
internal sealed record Inject(bool Offline, Errno? Error) : Operation;

/// <summary>A word to <c>auto_online_blocks</c>.</summary>
internal sealed record WriteAutoOnline(OnlineType Word) : Operation;

/// <summary>The parameters of module memory_hotplug.</summary>
internal sealed record WritePolicy(bool AutoMovable, uint RatioPercent, bool NumaAware) : Operation;

/// <summary>An address to <c>probe</c>.</summary>
internal sealed record Probe(int Block) : Operation;

/// <summary>From now on a block has pages that cannot be moved; or not any more.</summary>
internal sealed record Stick(int Place) : Operation;
