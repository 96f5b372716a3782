using CsCheck;

namespace HotplugFs.Kernfs.Tests;

public sealed class NodeIdTests
{
    [Test]
    public void Parts_OfAnyNumber_RoundTrip()
    {
        Gen.Select(Gen.Int[1, NodeId.KindLimit], Gen.Int[0, NodeId.EntryLimit], Gen.UInt[0, (1 << 24) - 1],
                Gen.Int[0, NodeId.ObjectLimit - 1])
            .Sample((kind, entry, generation, obj) =>
            {
                var id = new NodeId(kind, entry, generation, obj);
                return id.Kind == kind && id.Entry == entry && id.Generation == generation && id.Object == obj && id.Value > 1;
            });
    }

    [Test]
    public void IsGeneration_CounterBeyond24Bits_ComparesTheLowBits()
    {
        var id = new NodeId(1, 0, (1 << 24) + 5, 3);
        Assert.That(id.Generation, Is.EqualTo(5));
        Assert.That(id.IsGeneration((1 << 24) + 5), Is.True);
        Assert.That(id.IsGeneration((1 << 24) + 6), Is.False);
    }
}
