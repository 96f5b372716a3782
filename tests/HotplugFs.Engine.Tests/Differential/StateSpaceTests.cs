using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Compares the engine with the model in every state of three hotplugged blocks, for every operation.</summary>
[Category("Slow")]
[Parallelizable(ParallelScope.All)]
public sealed class StateSpaceTests
{
    private const int First = 40;

    private static readonly Operation[] ThreeDimms = [.. Enumerable.Range(0, 3).Select(i => new Plug($"b{i}", 1, First + i, 1))];

    /// <summary>Every word for each of the three blocks.</summary>
    private static readonly Operation[] Words =
        [.. from i in Enumerable.Range(0, 3) from word in StateWords.AllRequests select new WriteState(First + i, word)];

    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name);

    /// <summary>The kernels that choose a zone when a block is onlined.</summary>
    private static IEnumerable<string> KernelsWithPolicies => Kernels.Where(kernel => !new Era(kernel, false).IsLegacy);

    /// <summary>
    /// The four words, onlining that a notifier refuses, and the file <c>online</c>. Remembered requests are part of the state.
    /// </summary>
    [Test]
    public void Requests_OnThreeBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values] bool memoryless)
    {
        var layout = memoryless ? Layouts.Memoryless : Layouts.Standard;
        var space = new StateSpace(new Era(kernel, movableNode), layout, ThreeDimms, Words.Concat(RefusedWords).Concat(OnlineFile));
        Report(space);
        Assert.That(space.States, Is.GreaterThan(8));
    }

    /// <summary>The four words, unplugging blocks and plugging them again.</summary>
    [Test]
    public void RequestsAndHotplug_OnThreeBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values] bool memoryless)
    {
        var layout = memoryless ? Layouts.Memoryless : Layouts.Standard;
        var unplugs = Enumerable.Range(0, 3).Select(i => (Operation)new Unplug($"b{i}"));
        var operations = Words.Concat(ThreeDimms).Concat(unplugs);
        var space = new StateSpace(new Era(kernel, movableNode), layout, ThreeDimms, operations, hidden: false);
        Report(space);
        Assert.That(space.States, Is.GreaterThan(27));
    }

    /// <summary>DIMMs of several blocks leave stale spans, and a refused unplug onlines their blocks by remembered requests.</summary>
    [Test]
    public void RequestsAndHotplug_OnDimmsOfSeveralBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode, [Values(2, 3)] int size)
    {
        Operation[] hotplug = [new Plug("b0", 1, First, size), new Unplug("b0"), new Plug("b1", 1, First + size - 1, 1), new Unplug("b1")];
        var space = new StateSpace(new Era(kernel, movableNode), Layouts.Memoryless, [], Words.Concat(hotplug));
        Report(space);
        Assert.That(space.States, Is.GreaterThan(9));
    }

    /// <summary>Blocks of one DIMM or of three, and auto-movable with ratios that allow none, one, two or all of them.</summary>
    [Test]
    public void RequestsAndPolicies_OnThreeBlocks_EngineDoesAsTheModel(
        [ValueSource(nameof(KernelsWithPolicies))] string kernel, [Values] bool oneDimm, [Values] bool awareness)
    {
        var layout = Layouts.SingleNode;
        Operation[] prelude = oneDimm
            ? [new Plug("b0", 0, First, 3)]
            : [.. Enumerable.Range(0, 3).Select(i => new Plug($"b{i}", 0, First + i, 1))];
        var policies = new[] { 0u, 50u, 100u, 149u, 150u }.Select(ratio => (Operation)new WritePolicy(true, ratio, awareness));
        var operations = Words.Concat(policies).Append(new WritePolicy(false, 301, awareness));
        var space = new StateSpace(new Era(kernel, false), layout, prelude, operations, hidden: false);
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
        TestContext.Out.WriteLine(
            $"{space.States} states, {space.Transitions} transitions; {space.Silent} operations have no documented result");
}
