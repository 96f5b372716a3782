using CsCheck;

namespace HotplugFs.Engine.Tests;

public sealed class BlockSetTests
{
    [Test]
    public void AnyOperations_ComparedWithSortedSet_Agree()
    {
        // Numbers gather around the edges of words, leaves and groups of leaves, where errors are likely.
        var number = Gen.OneOf(Gen.Int[0, 200], Gen.Int[4090, 4102], Gen.Int[64 * 4096 - 3, 64 * 4096 + 3], Gen.Const(BlockId.MaxNumber));
        Gen.Select(Gen.Bool, number).Array[0, 60].Sample(operations =>
        {
            var set = new BlockSet();
            var model = new SortedSet<int>();
            foreach (var (add, value) in operations)
            {
                Assert.That(add ? set.Add(value) : set.Remove(value), Is.EqualTo(add ? model.Add(value) : model.Remove(value)));
                Assert.That(set.Count, Is.EqualTo(model.Count));
                foreach (var from in new[] { value - 1, value, value + 1, 0, 63, 64, 4095, 4096, BlockId.MaxNumber })
                {
                    Assert.That(set.Contains(from), Is.EqualTo(model.Contains(from)));
                    Assert.That(set.Next(from), Is.EqualTo(model.Where(member => member >= from).DefaultIfEmpty(-1).Min()));
                    Assert.That(set.Previous(from), Is.EqualTo(model.Where(member => member <= from).DefaultIfEmpty(-1).Max()));
                }
            }
        });
    }

    [Test]
    public void AddRun_ToAnySet_AddsTheNumbersThatAreMissing()
    {
        var number = Gen.OneOf(Gen.Int[0, 200], Gen.Int[4000, 4102], Gen.Int[64 * 4096 - 70, 64 * 4096 + 3]);
        Gen.Select(number.Array[0, 30], number, Gen.Int[0, 9000]).Sample(input =>
        {
            var (members, first, count) = input;
            var (set, model) = (new BlockSet(), new SortedSet<int>(members));
            foreach (var member in members)
                set.Add(member);
            set.AddRun(first, count);
            model.UnionWith(Enumerable.Range(first, count));
            Assert.That(set.Members(), Is.EqualTo(model));
            Assert.That(set.Count, Is.EqualTo(model.Count));
            Assert.That(set.Previous(BlockId.MaxNumber), Is.EqualTo(model.DefaultIfEmpty(-1).Max()));
        });
    }

    [Test]
    public void Next_EmptySet_IsMinusOne()
    {
        var set = new BlockSet();
        Assert.That(set.Next(0), Is.EqualTo(-1));
        Assert.That(set.Previous(BlockId.MaxNumber), Is.EqualTo(-1));
    }
}
