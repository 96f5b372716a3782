using CsCheck;
using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>
/// Compares the engine with an independent model on random machines and random sequences. CsCheck shortens a sequence that fails and prints
/// its seed; <c>CsCheck_Seed</c> repeats it.
/// </summary>
[Category("Slow")]
public sealed class RandomComparisonTests
{
    private const int Sequences = 1500;

    private static readonly Gen<(Layout Layout, Operation[] Operations)> Cases =
        Gen.Select(Layouts.Random, Operation.Random.Array[1, 60], (layout, operations) => (layout, operations));

    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name).Concat(["3.9", "3.12", "4.12"]);

    [Test]
    public void RandomSequence_OnRandomMachine_EngineDoesAsTheModel([ValueSource(nameof(Kernels))] string kernel, [Values] bool movableNode)
    {
        var (operations, silent) = (0, 0);
        Cases.Sample(
            example =>
            {
                var twins = new Twins(new Era(kernel, movableNode), example.Layout);
                twins.CompareAtBoot();
                try
                {
                    foreach (var operation in example.Operations)
                        if (twins.Do(operation.On(twins.Model.Numbers)))
                            Interlocked.Increment(ref operations);
                }
                catch (RulesAreSilentException)
                {
                    Interlocked.Increment(ref silent);
                }
            },
            iter: Sequences,
            print: example => $"{example.Layout}\n{string.Join('\n', example.Operations.Select(operation => operation.ToString()))}");
        TestContext.Out.WriteLine($"{Sequences} sequences, {operations} operations; {silent} sequences ended where the rules are silent");
        Assert.That(silent, Is.LessThan(Sequences / 10), "too many sequences end early to test much");
    }
}
