using HotplugFs.Kernels;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>Changes that are kept, and made again on another machine (docs/state.md).</summary>
public sealed class ChangeLogTests
{
    private static IEnumerable<string> Kernels => KernelCatalogue.All.Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void ChangesMadeAgain_GiveTheSameMachine(string kernel)
    {
        var seed = TestContext.Parameters.Get("seed", TestContext.CurrentContext.Random.Next());
        TestContext.Out.WriteLine($"seed {seed}");
        var clock = new ManualClock();
        var tree = new TestTree(kernel: kernel, clock: clock);
        var writes = new RandomWrites(tree, clock, seed);
        writes.Do(20);
        writes.EndWaits();
        var log = new ChangesInMemory { State = tree.MachineTree.SaveAll()! };
        Assert.That(tree.MachineTree.RecordTo(log).IsOk);
        for (var round = 0; round < 3; round++)
        {
            writes.Do(30);
            writes.Touch();
            var isWaiting = writes.IsWaiting;
            var again = new TestTree(kernel: kernel, clock: new ManualClock());
            Assert.That(again.MachineTree.LoadAll(log.State, log.Changes), Is.EqualTo(isWaiting));
            if (isWaiting)
                continue;
            StateText.Compare(StateText.Of(again), StateText.Of(tree));
            Assert.That(StateText.ReadAll(again), Is.EqualTo(StateText.ReadAll(tree)));
        }
    }

    /// <summary>A log as a list.</summary>
    private sealed class ChangesInMemory : IChangeLog
    {
        public byte[] State { get; set; } = [];

        public List<ReadOnlyMemory<byte>> Changes { get; } = [];

        public Errno? Error { get; set; }

        public bool IsLong => Changes.Count > 50;

        public Result Append(ReadOnlySpan<byte> change)
        {
            if (Error is { } error)
                return error;
            Changes.Add(change.ToArray());
            return Result.Ok;
        }

        public void Withdraw() => Changes.RemoveAt(Changes.Count - 1);

        public Result Commit() => Result.Ok;

        public void Replace(ReadOnlySpan<byte> state)
        {
            State = state.ToArray();
            Changes.Clear();
        }
    }
}
