namespace HotplugFs.Engine.Tests;

/// <summary>Explores every state of three hotplugged blocks.</summary>
public sealed class SmallMachineTests
{
    private static readonly int[] Blocks = [32, 33, 34];

    /// <summary>
    /// The numbers of states and transitions are those of a real 4.9 kernel, from the recordings <c>4.9-mnn-x-memless3</c> and
    /// <c>4.9-mny-x-memless3</c>.
    /// </summary>
    [TestCase(false, 20, 240)]
    [TestCase(true, 32, 384)]
    public void Explore_AllRequestsOnAllBlocks_FindsAsManyStatesAsARealKernel(bool movableNode, int expectedStates, int expectedTransitions)
    {
        var ways = new Dictionary<string, (int Block, OnlineType Request)[]>();
        var queue = new Queue<string>();
        Visit([]);
        var transitions = 0;
        while (queue.TryDequeue(out var state))
        {
            foreach (var block in Blocks)
            {
                foreach (var request in StateWords.AllRequests)
                {
                    transitions++;
                    Visit([.. ways[state], (block, request)]);
                }
            }
        }
        Assert.That((ways.Count, transitions), Is.EqualTo((expectedStates, expectedTransitions)));

        void Visit((int Block, OnlineType Request)[] way)
        {
            var machine = Machines.Memoryless(3, movableNode);
            foreach (var (block, request) in way)
                machine.Devices.SetState(new BlockId(block), request);
            Invariants.Check(machine);
            var key = string.Join("; ", Blocks.Select(block => $"{machine.State(block)} {machine.ValidZones(block)}"))
                + string.Join("; ", machine.FindNode(1)!.Zones.Select(zone => zone.Span));
            if (ways.TryAdd(key, way))
                queue.Enqueue(key);
        }
    }
}
