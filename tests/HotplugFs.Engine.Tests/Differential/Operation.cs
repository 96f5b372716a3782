using CsCheck;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Something that is done to both machines.</summary>
internal abstract record Operation
{
    /// <summary>Operations of every kind; see <see cref="On"/>. Places are few, so that they meet.</summary>
    public static Gen<Operation> Random { get; } = Gen.Frequency(
        (12, Gen.Select(Gen.Int[0, 99], Gen.Enum<OnlineType>(), (block, word) => (Operation)new WriteState(block, word))),
        (4, Gen.Select(Gen.Int[0, 99], Gen.Bool, (block, online) => (Operation)new WriteOnline(block, online))),
        (3, Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.OneOf(Gen.Int[2, 48], Gen.Int[30, 48]), Gen.Int[1, 4],
            (id, node, first, count) => (Operation)new Plug($"r{id}", node, first, count))),
        (2, Gen.Int[0, 5].Select(id => (Operation)new Unplug($"r{id}"))),
        (1, Gen.Select(Gen.Bool, OneOf<Errno?>(null, null, Errno.ENOMEM, Errno.EINTR),
            (offline, error) => (Operation)new Inject(offline, error))),
        (1, Gen.Enum<OnlineType>().Select(word => (Operation)new WriteAutoOnline(word))),
        (1, Gen.Select(Gen.Bool, OneOf(0u, 50u, 100u, 301u, 1000u, uint.MaxValue), Gen.Bool,
            (auto, ratio, aware) => (Operation)new WritePolicy(auto, ratio, aware))),
        (1, Gen.Int[2, 48].Select(number => (Operation)new Probe(number))),
        (1, Gen.Int[0, 99].Select(block => (Operation)new Stick(block))));

    /// <summary>The random number of an operation on a block, made the number of a block that is there.</summary>
    /// <param name="blocks">The numbers of all blocks.</param>
    public Operation On(int[] blocks) => this switch
    {
        WriteState write => write with { Block = blocks[write.Block % blocks.Length] },
        WriteOnline write => write with { Block = blocks[write.Block % blocks.Length] },
        Stick stick => stick with { Block = blocks[stick.Block % blocks.Length] },
        _ => this,
    };

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}

/// <summary>A word to <c>state</c>.</summary>
internal sealed record WriteState(int Block, OnlineType Word) : Operation;

/// <summary>0 or 1 to <c>online</c>.</summary>
internal sealed record WriteOnline(int Block, bool Online) : Operation;

/// <summary>A word to <c>state</c> while a notifier refuses, and then no more.</summary>
internal sealed record Refused(WriteState Write) : Operation;

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
internal sealed record Stick(int Block) : Operation;
