using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Explanations;
using HotplugFs.Cli.Requests;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Tests;

/// <summary>What <c>hotplugfs explain</c> predicts is what the machine then does.</summary>
public sealed class ExplainTests
{
    private const int Steps = 60;
    private const string Errors = "sys/kernel/debug/notifier-error-inject/memory/actions/";

    private static readonly string[] StateRequests = ["online", "online_kernel", "online_movable", "offline"];

    private static TriedMachine Boot(string name, string kernel)
    {
        var (description, machine) = MachineLoader.Load(new MachineSelection { Name = name, Kernel = kernel });
        return new TriedMachine(machine, description.Kernel);
    }

    private static string Explain(TriedMachine machine, string block, string word, string? kernel = null)
    {
        var copy = new MachineCopy("test", machine.Files);
        copy = kernel is null ? copy : copy.Under(kernel);
        return string.Join('\n', new Explainer(copy).Explain(BlockRequest.Find(machine.Files, block, word)!));
    }

    [Test]
    public void Prediction_OfRandomRequests_IsWhatTheMachineDoes(
        [Values("default", "memoryless-node")] string name, [Values("3.8", "4.4", "4.9", "4.14", "5.10", "6.12")] string kernel)
    {
        var seed = TestContext.Parameters.Get("seed", Environment.TickCount);
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var machine = Boot(name, kernel);
        for (var step = 0; step < Steps; step++)
        {
            var (path, text) = RandomWrite(machine, random);
            var predicted = new MachineCopy("test", machine.Files).Try(path, text);
            var actual = machine.Write(path, text);
            // Which page a load has is not part of a saved machine.
            if (path.EndsWith("hard_offline_page", StringComparison.Ordinal))
                continue;
            Assert.That(
                (predicted.Error, predicted.Bytes, predicted.Rule, predicted.Time),
                Is.EqualTo((actual.Error, actual.Bytes, actual.Rule, actual.Time)), $"seed {seed}, step {step}: {text} to {path}: {actual.Reason}");
        }
    }

    private static (string Path, string Text) RandomWrite(TriedMachine machine, Random random)
    {
        var blocks = machine.Files.Machine.Blocks.Members().ToList();
        var block = blocks[random.Next(blocks.Count)];
        return random.Next(14) switch
        {
            0 => ("hotplugfs/load/start",
                $"id=load{random.Next(4)} kind={Any("anon", "kernel", "pinned", "shmem")} size={random.Next(1, 300)}M node={random.Next(2)}"),
            1 => ("hotplugfs/load/stop", $"load{random.Next(4)}"),
            2 => ("hotplugfs/faults", $"memory{block} {Any("online", "offline")} {Any("EBUSY", "EIO")} times={random.Next(1, 3)}"),
            3 => ("hotplugfs/dimms/unplug", $"dimm{random.Next(2)}"),
            4 => ("hotplugfs/dimms/plug", $"node={random.Next(2)} size={random.Next(1, 4) * 128}M id=new{random.Next(3)}"),
            5 => ($"{Errors}MEM_GOING_{Any("ONLINE", "OFFLINE")}/error", Any("0", "0", "-16")),
            6 => ("sys/devices/system/memory/hard_offline_page", $"0x{(long)block << 27:x}"),
            7 => ("hotplugfs/migration_rate", Any("0", "1s", "64M")),
            8 => ("sys/devices/system/memory/auto_online_blocks", Any("online", "offline")),
            _ => (BlockRequest.StateOf(block), StateRequests[random.Next(StateRequests.Length)]),
        };
        string Any(params string[] words) => words[random.Next(words.Length)];
    }

    [Test]
    public void Explain_BlockNotAtTheBoundary_NamesTheRuleOtherKernelsAndWhatToDo() =>
        Assert.That(Explain(Boot("default", "4.9"), "memory41", "online_movable"), Is.EqualTo("""
            Writing online_movable to memory41/state fails with EINVAL (rule not-at-boundary): not at the end of zone Normal of node 1 (41 of 34-43).
            @
            With other kernels the write fails with EPERM (3.8); succeeds in zone Movable (4.14 to 7.2).
            Instead: The same write to memory43 succeeds. Or write online_movable to memory43, memory42 first.
            See docs/kernels.md, "Zone moves up to 4.12".
            """.Replace("@", RuleText.Of(RefusalRule.NotAtBoundary).Meaning, StringComparison.Ordinal)));

    [Test]
    public void Explain_AllowedRequest_NamesTheZoneAndTheTime()
    {
        var machine = Boot("default", "6.12");
        machine.Write("hotplugfs/migration_rate", "2s");
        Assert.That(Explain(machine, "43", "online_movable"), Does.StartWith("Writing online_movable to memory43/state succeeds in zone Movable."));
        machine.Write("hotplugfs/load/start", "id=app size=4M node=1");
        Assert.That(Explain(machine, "memory34/state", "offline"), Does.StartWith(
            "Writing offline to memory34/state succeeds. 4 MiB of its pages move to other blocks, and it takes 2s."));
        Assert.That(machine.Files.Read(BlockRequest.StateOf(34)), Is.EqualTo("online\n"), "explaining changes nothing");
    }

    [TestCase("4.9", "memory32", "offline", "unmovable-pages")]
    [TestCase("4.9", "memory33", "online", "already-online")]
    [TestCase("4.9", "memory40", "offline", "already-offline")]
    [TestCase("4.9", "memory40", "on", "invalid-text")]
    [TestCase("4.9", "dimms/unplug", "none", "not-found")]
    public void Explain_EveryKindOfRefusal_HasTheRuleAndASection(string kernel, string block, string word, string rule) =>
        Assert.That(Explain(Boot("default", kernel), block, word), Does.Contain($"(rule {rule}): ").And.Match("See docs/kernels.md, \"[A-Z]"));

    [Test]
    public void Explain_UnderAnotherKernel_FollowsItsRules() =>
        Assert.That(Explain(Boot("default", "4.9"), "memory40", "online_movable", "6.12"), Does.Contain("succeeds in zone Movable"));

    [Test]
    public void Texts_OfAllRules_CiteASectionThatExists([Values] RefusalRule rule)
    {
        var text = RuleText.Of(rule);
        Assert.That(text.Meaning, Does.EndWith("."));
        Assert.That(text.Instead, Does.EndWith("."));
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", text.Document));
        Assert.That(document, Does.Match($"(?m)^#+ {text.Section}$"));
    }

    /// <summary>To make it again: <c>scripts/hotplugfs --rules-document > docs/rules.md</c>.</summary>
    [Test]
    public void DocumentOfRules_IsFresh()
    {
        using var text = new StringWriter();
        RulesDocument.Write(text);
        Assert.That(text.ToString(), Is.EqualTo(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", "docs", "rules.md"))));
    }
}
