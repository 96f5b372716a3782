using CsCheck;

namespace HotplugFs.Engine.Tests;

/// <summary>An operation on a machine.</summary>
internal abstract record Operation
{
    /// <summary>Operations of every kind on few blocks, so that they affect each other; see <see cref="On"/>.</summary>
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

    /// <summary>Maps the random block number of an operation to the number of a block that is present.</summary>
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

/// <summary>Write a word to <c>state</c>.</summary>
internal sealed record WriteState(int Block, OnlineType Word) : Operation;

/// <summary>Write 0 or 1 to <c>online</c>.</summary>
internal sealed record WriteOnline(int Block, bool Online) : Operation;

/// <summary>Write a word to <c>state</c> while a notifier refuses; afterwards it does not.</summary>
internal sealed record Refused(WriteState Write) : Operation;

/// <summary>Plug a DIMM.</summary>
internal sealed record Plug(string Id, int Node, int First, int Count) : Operation;

/// <summary>Unplug a DIMM.</summary>
internal sealed record Unplug(string Id) : Operation;

/// <summary>Let a notifier refuse with an error, or no longer refuse.</summary>
internal sealed record Inject(bool Offline, Errno? Error) : Operation;

/// <summary>Write a word to <c>auto_online_blocks</c>.</summary>
internal sealed record WriteAutoOnline(OnlineType Word) : Operation;

/// <summary>Write the parameters of module memory_hotplug.</summary>
internal sealed record WritePolicy(bool AutoMovable, uint RatioPercent, bool NumaAware) : Operation;

/// <summary>Write the address of a block to <c>probe</c>.</summary>
internal sealed record Probe(int Block) : Operation;

/// <summary>Give a block pages that cannot be moved, or take them away if it has some.</summary>
internal sealed record Stick(int Block) : Operation;
