using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Every state that three hotplugged blocks can get into, and every operation from each: the engine against the model.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StateSpaceTests
{
    private const int First = 40;

    private static readonly Operation[] ThreeDimms = [.. Enumerable.Range(0, 3).Select(i => new Plug($"b{i}", 1, First + i, 1))];

    /// <summary>Every word to each of the three.</summary>
    private static readonly Operation[] Words =
        [.. from i in Enumerable.Range(0, 3) from word in StateWords.AllRequests select new WriteState(First + i, word)];

    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(profile => profile.Name);

    /// <summary>The four words, onlining that a notifier refuses, and the file <c>online</c>; the request remembered counts as state.</summary>
    [Test]
    public void Requests_OnThreeBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values] bool memoryless)
    {
        var layout = memoryless ? Layouts.Memoryless : Layouts.Standard;
        var space = new StateSpace(new Era(kernel, movableNode), layout, ThreeDimms, Words.Concat(RefusedWords).Concat(OnlineFile));
        Report(space);
        Assert.That(space.States, Is.GreaterThan(8));
    }

    /// <summary>The four words and blocks that go and come back; those of dimms of several blocks come back by what they remember, too.</summary>
    [Test]
    public void RequestsAndHotplug_OnThreeBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values] bool memoryless)
    {
        var layout = memoryless ? Layouts.Memoryless : Layouts.Standard;
        var unplugs = Enumerable.Range(0, 3).Select(i => (Operation)new Unplug($"b{i}"));
        var space = new StateSpace(new Era(kernel, movableNode), layout, ThreeDimms, Words.Concat(ThreeDimms).Concat(unplugs), hidden: false);
        Report(space);
        Assert.That(space.States, Is.GreaterThan(27));
    }

    /// <summary>Dimms of several blocks leave stale spans behind, and a refused unplug brings their blocks back.</summary>
    [Test]
    public void RequestsAndHotplug_OnDimmsOfSeveralBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values(2, 3)] int size)
    {
        Operation[] hotplug = [new Plug("b0", 1, First, size), new Unplug("b0"), new Plug("b1", 1, First + size - 1, 1), new Unplug("b1")];
        var space = new StateSpace(new Era(kernel, movableNode), Layouts.Memoryless, [], Words.Concat(hotplug));
        Report(space);
        Assert.That(space.States, Is.GreaterThan(9));
    }

    /// <summary>Blocks of one dimm or of three, under auto-movable with ratios that allow none, one, two or all of them.</summary>
    [Test]
    public void RequestsAndPolicies_OnThreeBlocks_EngineDoesAsTheModel([Values("6.1", "6.12")] string kernel, [Values] bool oneDimm, [Values] bool awareness)
    {
        var layout = Layouts.SingleNode;
        Operation[] prelude = oneDimm ? [new Plug("b0", 0, First, 3)] : [.. Enumerable.Range(0, 3).Select(i => new Plug($"b{i}", 0, First + i, 1))];
        var policies = new[] { 0u, 50u, 100u, 149u, 150u }.Select(ratio => (Operation)new WritePolicy(true, ratio, awareness));
        var space = new StateSpace(new Era(kernel, false), layout, prelude, Words.Concat(policies).Append(new WritePolicy(false, 301, awareness)),
            hidden: false);
        Report(space);
        Assert.That(space.States, Is.GreaterThan(27));
    }

    private static IEnumerable<Operation> OnlineFile =>
        from i in Enumerable.Range(0, 3) from online in new[] { false, true } select new WriteOnline(First + i, online);

    private static IEnumerable<Operation> RefusedWords =>
        from word in Words
        let write = (WriteState)word
        where write.Word != OnlineType.Offline
        select new Refused(write);

    private static void Report(StateSpace space) =>
        TestContext.Out.WriteLine($"{space.States} states, {space.Transitions} transitions; {space.Silent} end where the rules are silent");
}
