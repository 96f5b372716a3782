using HotplugFs.Engine.Faults;

namespace HotplugFs.Engine.Tests;

/// <summary>Faults that act on hotplug operations.</summary>
public sealed class FaultTests
{
    private static readonly string[] RecordedKernels = ["3.8", "4.9", "4.14", "6.12"];

    [Test]
    public void Offline_WithTimes_FailsThatOftenAndThenSucceeds([ValueSource(nameof(RecordedKernels))] string kernel)
    {
        var (machine, log) = Start(kernel, "memory34 offline EBUSY times=2");
        Assert.That(Results(machine, 34, "offline", 4), Is.EqualTo("EBUSY EBUSY ok already"));
        Assert.That(log[..2], Is.EqualTo(new[]
        {
            "memory34: offline refused: fault 1 (EBUSY), 1 of 2 left",
            "memory34: offline refused: fault 1 (EBUSY), 0 of 2 left",
        }));
    }

    [TestCase("memory34 offline EBUSY after=1 times=1", "ok ok EBUSY ok")]
    [TestCase("memory34 online ENOMEM times=1", "ok ENOMEM ok ok")]
    [TestCase("any online EIO", "ok EIO EIO EIO")]
    [TestCase("node1 offline ENODEV", "ENODEV ENODEV ENODEV ENODEV")]
    [TestCase("node0 offline EBUSY", "ok ok ok ok")]
    [TestCase("memory30-34 offline EAGAIN times=1", "EAGAIN ok ok ok")]
    [TestCase("memory34 offline 517 times=1", "517 ok ok ok")]
    public void OfflineAndOnline_InTurn_FailWhereTheFaultActs(string fault, string expected)
    {
        var (machine, _) = Start("6.12", fault);
        var results = new List<string>();
        for (var turn = 0; turn < 4; turn++)
        {
            var word = machine.State(34) == "online" ? "offline" : "online";
            results.Add(Name(machine.Write(34, word)));
        }
        Assert.That(string.Join(' ', results), Is.EqualTo(expected));
    }

    /// <summary>The fault acts where the notifiers are asked: on old kernels the block has moved by then.</summary>
    [Test]
    public void Online_RefusedByAFault_HasMovedTheBlockAsANotifierWould()
    {
        var (machine, log) = Start("4.9", "memory43 online EBUSY times=1");
        Assert.That(machine.Write(43, "online_movable").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(log[^1], Is.EqualTo(
            "memory43: online_movable refused: fault 1 (EBUSY), 0 of 1 left; the block stays offline, but in zone Movable"));
        Assert.That(machine.Write(43, "online").IsOk);
        Assert.That(machine[new BlockId(43)].Zones.Lowest, Is.EqualTo(ZoneType.Movable));
    }

    [Test]
    public void Online_RefusedByTheRules_DoesNotUseTheFault()
    {
        var (machine, _) = Start("4.9", "memory40 online EBUSY times=1");
        Assert.That(machine.Write(40, "online_movable").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Write(40, "online").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.Write(40, "online").IsOk);
    }

    [Test]
    public void PlugAndUnplug_FailAndLeaveTheMachineAsItWas()
    {
        var (machine, log) = Start("6.12", "dimm:d plug ENOSPC times=1", "dimm:d unplug EBUSY times=1");
        var dimm = Machines.Dimm("d", 1, 60, 1);
        Assert.That(machine.Plug(dimm).Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That((log[^1], machine.Blocks.Contains(60)), Is.EqualTo(("dimm d: plug refused: fault 1 (ENOSPC), 0 of 1 left", false)));
        Assert.That(machine.Plug(dimm).IsOk);
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That((log[^1], machine.Blocks.Contains(60)), Is.EqualTo(("dimm d: unplug refused: fault 2 (EBUSY), 0 of 1 left", true)));
        Assert.That(machine.Unplug(machine.Dimms.Find("d")!).IsOk);
    }

    [Test]
    public void Probe_OfABlock_FailsByThePlugFault()
    {
        var (machine, _) = Start("4.9", "memory60 plug ENOMEM times=1");
        var address = 60UL * (ulong)Machines.BlockSize;
        Assert.That(machine.Devices.Probe(address).Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(machine.Devices.Probe(address).IsOk);
    }

    [TestCase("memory43 online take=2s", 43, "online", "ok")]
    [TestCase("memory43 online ENOMEM take=2s times=1", 43, "online", "ENOMEM")]
    [TestCase("memory34 offline take=2s", 34, "offline", "ok")]
    [TestCase("memory34 offline EBUSY take=2s times=1", 34, "offline", "EBUSY")]
    [TestCase("memory34 offline EBUSY take=2s", 34, "offline", "EBUSY")]
    public void Take_IsTheTimeOfTheOperation(string fault, int block, string word, string expected)
    {
        var (machine, _) = Start("6.12", fault);
        var before = machine.State(block);
        Assert.That(machine.Write(block, word).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Due, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(Continue(machine, 1.999, block, word), Is.EqualTo("EWAITING"));
        Assert.That(Continue(machine, 2, block, word), Is.EqualTo(expected));
        Assert.That(machine.State(block), expected == "ok" ? Is.EqualTo(word) : Is.EqualTo(before));
        Assert.That(machine.Due, Is.Null);
    }

    [TestCase("memory43 online take=2s", 43, "online")]
    [TestCase("memory34 offline take=2s", 34, "offline")]
    public void Take_EndedByASignal_LeavesTheBlockAsItWas(string fault, int block, string word)
    {
        var (machine, log) = Start("6.12", fault);
        var before = machine.State(block);
        machine.Write(block, word);
        machine.Caller = new Caller(0, HasWaited: true, IsInterrupted: true);
        Assert.That(machine.Write(block, word).Error, Is.EqualTo(Errno.EINTR));
        Assert.That((machine.State(block), log[^1]), Is.EqualTo((before, $"memory{block}: {word} refused: a signal ended it")));
        machine.Caller = default;
        machine.Faults.Remove(_ => true);
        Assert.That(machine.Write(block, word).IsOk);
    }

    /// <summary>An unplug passes its own fault once, and then waits for its blocks.</summary>
    [Test]
    public void Unplug_WithDelayedBlocks_TakesTheTimesOneAfterAnother()
    {
        var (machine, _) = Start("6.12", "dimm:dimm0 unplug take=1s times=1", "dimm:dimm0 offline take=1s times=2");
        machine.Write(40, "online");
        machine.Write(41, "online");
        var dimm = machine.Dimms.Find("dimm0")!;
        foreach (var now in new[] { 0.0, 1, 2 })
        {
            machine.Now = TimeSpan.FromSeconds(now);
            machine.Caller = new Caller(0, HasWaited: now > 0);
            Assert.That(machine.Unplug(dimm).Error, Is.EqualTo(Errno.EWAITING), $"after {now} s");
        }
        machine.Now = TimeSpan.FromSeconds(3);
        Assert.That(machine.Unplug(dimm).IsOk);
        Assert.That(machine.Faults.Select(fault => fault.Left), Is.EqualTo(new int?[] { 0, 0 }));
    }

    [Test]
    public void Order_TheFirstThatMatchesActs_UntilNothingIsLeftOfIt()
    {
        var (machine, _) = Start("6.12", "memory34 offline EAGAIN times=1", "any offline EBUSY times=1");
        Assert.That(Results(machine, 34, "offline", 3), Is.EqualTo("EAGAIN EBUSY ok"));
    }

    [Test]
    public void Default_LeavesTheDecisionToTheMachine()
    {
        var (machine, _) = Start("6.12", "memory34 offline default", "any offline EBUSY");
        Assert.That(machine.Write(34, "offline").IsOk);
        Assert.That(machine.Write(35, "offline").Error, Is.EqualTo(Errno.EBUSY));
    }

    [Test]
    public void Add_AFaultThatNeverActs_IsSaid()
    {
        var (_, log) = Start("6.12", "any offline EBUSY", "memory34 offline EAGAIN times=2");
        Assert.That(log, Is.EqualTo(new[] { "fault 2 never acts: fault 1, any offline EBUSY, always acts before it" }));
    }

    [Test]
    public void Add_TooMany_FailsUnlessSomeAreUsedUp()
    {
        var (machine, log) = Start("6.12", [.. Enumerable.Repeat("memory34 offline EBUSY times=1", FaultList.CountMax)]);
        var another = Parse("memory35 offline EBUSY");
        Assert.That(machine.Faults.Add(another).Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That(log[^1], Is.EqualTo("fault \"memory35 offline EBUSY\" refused: there are 1024 already"));
        machine.Write(34, "offline");
        Assert.That(machine.Faults.Add(another).IsOk);
        Assert.That(machine.Faults, Has.Count.EqualTo(FaultList.CountMax));
    }

    [Test]
    public void Probability_SameSeed_SameResults_AndASavedFaultContinues()
    {
        const string Fault = "memory34 offline EBUSY probability=50% seed=7";
        var whole = Rolls(Parse(Fault), 40, out _);
        Rolls(Parse(Fault), 20, out var rest);
        Assert.That(whole, Is.EqualTo(Rolls(Parse(Fault), 20, out _) + Rolls(rest, 20, out _)));
        Assert.That(whole.Count(result => result == '1'), Is.InRange(10, 30));
    }

    [TestCase("memory43 offline EBUSY")]
    [TestCase("memory40-47 online ENOMEM take=1500ms times=3 after=2 probability=25% seed=9")]
    [TestCase("dimm:dimm0 unplug take=3s")]
    [TestCase("node1 read meminfo EIO times=1")]
    [TestCase("any read proc/meminfo times=3 text=two\\040\\040words\\nand\\\\040=signs")]
    [TestCase("any offline success")]
    [TestCase("memory43 offline default until=removed")]
    public void Format_OfAParsedFault_IsTheSameText(string text) => Assert.That(FaultSyntax.Format(Parse(text)), Is.EqualTo(text));

    [TestCase("memory43", "write WHAT WHEN OUTCOME")]
    [TestCase("memroy43 offline EBUSY", "\"memroy43\" is not memory43, memory40-47, node1, dimm:ID or any")]
    [TestCase("memory47-40 offline EBUSY", "\"memory47-40\" is not memory43")]
    [TestCase("memory43 ofline EBUSY", "\"ofline\" is not online, offline, plug, unplug or read FILE")]
    [TestCase("memory43 offline", "the outcome is missing; write an errno such as EBUSY")]
    [TestCase("memory43 offline EBSUY", "\"EBSUY\" is no outcome; write an errno such as EBUSY")]
    [TestCase("memory43 offline EWAITING", "\"EWAITING\" is no outcome")]
    [TestCase("memory43 offline 4096", "\"4096\" is no outcome")]
    [TestCase("memory43 offline take=3", "\"take=3\" is no time of at most a day; write take=3s or take=500ms")]
    [TestCase("memory43 offline EBUSY times=0", "\"times=0\" is no number from 1 on; write times=2")]
    [TestCase("memory43 offline EBUSY after=x", "\"after=x\" is no number; write after=2")]
    [TestCase("memory43 offline EBUSY probability=0%", "\"probability=0%\" is no chance from 1% to 100%; write probability=50%")]
    [TestCase("memory43 offline EBUSY often=1", "\"often=1\" is unknown; write WHAT WHEN OUTCOME")]
    [TestCase("memory43 read EIO=1", "\"EIO=1\" is unknown")]
    [TestCase("memory43 read text=x", "read needs a file, such as read state")]
    [TestCase("memory43 offline text=x", "text= is an outcome of read only, without an error")]
    [TestCase("memory43 online success", "success lets a block with unmovable pages go offline")]
    [TestCase("memory43 offline success times=1", "success lets a block with unmovable pages go offline")]
    [TestCase("node1 offline EBUSY until=removed", "until=removed needs one block")]
    public void Parse_WrongText_SaysWhatWouldBeRight(string text, string problem)
    {
        Assert.That(FaultSyntax.TryParse(FaultSyntax.Split(text), out _, out var found), Is.False);
        Assert.That(found, Does.StartWith(problem));
    }

    private static (Machine Machine, List<string> Log) Start(string kernel, params string[] faults)
    {
        var machine = Machines.Default(kernel: kernel);
        var log = new List<string>();
        machine.Logged += log.Add;
        foreach (var fault in faults)
            Assert.That(machine.Faults.Add(Parse(fault)).IsOk);
        return (machine, log);
    }

    private static FaultDefinition Parse(string text)
    {
        Assert.That(FaultSyntax.TryParse(FaultSyntax.Split(text), out var fault, out var problem), problem);
        return fault!;
    }

    private static string Results(Machine machine, int block, string word, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => Name(machine.Write(block, word))));

    private static string Continue(Machine machine, double now, int block, string word)
    {
        machine.Now = TimeSpan.FromSeconds(now);
        machine.Caller = new Caller(0, HasWaited: true);
        return Name(machine.Write(block, word));
    }

    private static string Rolls(FaultDefinition fault, int count, out FaultDefinition rest)
    {
        var (machine, _) = Start("6.12");
        machine.Faults.Add(fault);
        var results = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var refused = !machine.Write(34, "offline").IsOk;
            results.Append(refused ? '1' : '0');
            if (!refused)
                machine.Write(34, "online");
        }
        rest = machine.Faults.Single().Rest;
        return results.ToString();
    }

    private static string Name(Result<DeviceOutcome> result) =>
        !result.TryGet(out var outcome, out var error) ? error.Name() : outcome == DeviceOutcome.Done ? "ok" : "already";
}
