using CsCheck;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>
/// The engine against an independent model on random machines and random sequences. CsCheck prints the seed of a sequence that fails and
/// shortens it; <c>CsCheck_Seed</c> repeats it.
/// </summary>
public sealed class RandomComparisonTests
{
    private const int Sequences = 1500;

    private static readonly Gen<(Layout Layout, Operation[] Operations)> Cases =
        Gen.Select(Layouts.Random, Operation.Random.Array[1, 60]);

    private static IEnumerable<Era> Eras => Era.All;

    [TestCaseSource(nameof(Eras))]
    public void RandomSequence_OnRandomMachine_EngineDoesAsTheModel(object era)
    {
        var (operations, silent) = (0, 0);
        Cases.Sample(
            (layout, sequence) =>
            {
                var twins = new Twins((Era)era, layout);
                try
                {
                    foreach (var operation in sequence)
                    {
                        twins.Do(operation);
                        Interlocked.Increment(ref operations);
                    }
                }
                catch (RulesAreSilentException)
                {
                    Interlocked.Increment(ref silent);
                }
            },
            iter: Sequences,
            print: example => $"{example.Layout}\n{string.Join('\n', example.Operations.Select(operation => operation.ToString()))}");
        TestContext.Out.WriteLine($"{Sequences} sequences, {operations} operations; {silent} sequences ended where the rules are silent");
        Assert.That(silent, Is.LessThan(Sequences / 20), "the sequences hardly test anything");
    }
}
