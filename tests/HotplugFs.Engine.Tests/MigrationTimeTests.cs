using HotplugFs.Engine.Notifiers;
using HotplugFs.Engine.Pages;

namespace HotplugFs.Engine.Tests;

/// <summary>An offline that takes time (docs/kernels.md, "Moving pages"; experiments <c>off-slow</c>, <c>pinned</c>, <c>unplug-used</c>).</summary>
public sealed class MigrationTimeTests
{
    private const long MiB = 1 << 20;
    private const int PagesPerMiB = 256;
    private const int Dimm = 40;

    private static readonly Caller First = new(1);
    private static readonly Caller Second = new(2);

    [Test]
    public void Offline_OfAnEmptyBlock_TakesTheTimeOfABlock([Values("3.8", "4.9", "6.12")] string kernel)
    {
        var machine = Start(kernel, "2s");
        var before = Movable(machine);
        Assert.That(machine.Write(43, "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Due, Is.EqualTo(Seconds(2)));
        Assert.That(machine.State(43), Is.EqualTo("going-offline"));
        Assert.That(Movable(machine), Is.EqualTo((before.Free - 32768, before.Managed)), "MemFree falls at the start");
        Assert.That(Continue(machine, 43, 1.999).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(Continue(machine, 43, 2).IsOk);
        Assert.That(Movable(machine), Is.EqualTo((before.Free - 32768, before.Managed - 32768)), "MemTotal falls at the end");
        Assert.That(machine.Due, Is.Null);
    }

    [Test]
    public void Offline_AtBytesASecond_MovesPagesAsTheTimePasses([Values("4.9", "6.12")] string kernel)
    {
        var machine = Start(kernel, "16M", Load(64));
        var block = BlockOf(machine, "app");
        Assert.That(machine.Write(block, "offline").Error, Is.EqualTo(Errno.EWAITING));
        foreach (var second in new[] { 1, 2, 3 })
        {
            Assert.That(Continue(machine, block, second).Error, Is.EqualTo(Errno.EWAITING));
            Assert.That(OnNode(machine, "app", 0), Is.EqualTo(16 * second * PagesPerMiB).Within(1), $"after {second} s");
        }
        Assert.That(Continue(machine, block, 4).IsOk);
        Assert.That(OnNode(machine, "app", 1), Is.Zero);
    }

    [Test]
    public void Rate_ThatBecomesInstant_EndsTheOfflineAtOnce([Values("4.9", "6.12")] string kernel, [Values(0, 1.5)] double seconds)
    {
        // Each page takes a second.
        var machine = Start(kernel, "4K", Load(1));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Continue(machine, block, seconds);
        machine.MigrationRate = default;
        Assert.That(Continue(machine, block, seconds).IsOk);
        Assert.That(machine.State(block), Is.EqualTo("offline"));
    }

    [Test]
    public void Offline_CalledOnlyAtItsEnd_HasTheSameResult([Values("4.9", "6.12")] string kernel)
    {
        var machine = Start(kernel, "2s", Load(64));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Assert.That(Continue(machine, block, 100).IsOk);
        machine.Caller = Second with { HasWaited = true };
        Assert.That(machine.Write(block == 43 ? 42 : 43, "offline").IsOk, "it began when the first one ended");
        Assert.That(OnNode(machine, "app", 1), Is.Zero);
    }

    [TestCase("6.12", 8.0, 128 * PagesPerMiB, TestName = "Signal_On6_12_EndsTheOfflineAfterTheSweep")]
    [TestCase("4.9", 3.0, 48 * PagesPerMiB, TestName = "Signal_On4_9_EndsTheOfflineAfter256Pages")]
    [TestCase("4.14", 3.0, 48 * PagesPerMiB, TestName = "Signal_On4_14_EndsTheOfflineAfter256Pages")]
    [TestCase("4.19", 8.0, 128 * PagesPerMiB, TestName = "Signal_On4_19_EndsTheOfflineAfterTheSweep")]
    [TestCase("3.8", 3.0, 48 * PagesPerMiB, TestName = "Signal_On3_8_EndsTheOfflineAfter256Pages")]
    public void Signal(string kernel, double end, int moved)
    {
        // At 3 s a portion of 256 pages ends, too.
        var machine = Start(kernel, "16M", Load(128));
        var actions = new List<MemoryAction>();
        machine.Notifiers.Register(new Watcher(actions.Add));
        var block = BlockOf(machine, "app");
        var before = OnNode(machine, "app", 1);
        machine.Write(block, "offline");
        Continue(machine, block, 2.999);
        var result = Continue(machine, block, 3, isInterrupted: true);
        if (end > 3)
        {
            Assert.That(result.Error, Is.EqualTo(Errno.EWAITING));
            Assert.That(machine.State(block), Is.EqualTo("going-offline"));
            result = Continue(machine, block, end, isInterrupted: true);
        }
        Assert.That(result.Error, Is.EqualTo(Errno.EINTR));
        Assert.That(machine.State(block), Is.EqualTo("online"));
        Assert.That(actions, Is.EqualTo(new[] { MemoryAction.GoingOffline, MemoryAction.CancelOffline }));
        Assert.That(before - OnNode(machine, "app", 1), Is.EqualTo(moved), "moved pages stay moved");
        Assert.That(machine.FindNode(1)!.Zones.Sum(zone => zone.Usage.Isolated), Is.Zero);
    }

    [Test]
    public void Signal_WhileAnEmptyBlockWaits_EndsTheOfflineAtOnce()
    {
        var machine = Start("6.12", "2s");
        machine.Write(43, "offline");
        Assert.That(Continue(machine, 43, 0.5, isInterrupted: true).Error, Is.EqualTo(Errno.EINTR));
        Assert.That(machine.State(43), Is.EqualTo("online"));
    }

    [Test]
    public void PinnedPage_UpTo4_14_IsEagainAfter120Seconds([Values("3.8", "4.4", "4.9", "4.14")] string kernel)
    {
        var machine = Start(kernel, "0", new LoadOf(PageKind.Pinned, 1));
        var log = new List<string>();
        machine.Logged += log.Add;
        var block = BlockOf(machine, "app");
        Assert.That(machine.Write(block, "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Due, Is.EqualTo(Seconds(120)));
        Assert.That(Continue(machine, block, 119.9).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(Continue(machine, block, 120).Error, Is.EqualTo(Errno.EAGAIN));
        Assert.That(machine.State(block), Is.EqualTo("online"));
        Assert.That(log, Has.One.EqualTo($"memory{block}: offline refused: for 120 s it holds 256 pages of load app, which are pinned"));
    }

    [Test]
    public void SlowOffline_UpTo4_9_IsEagainAfter120Seconds()
    {
        var machine = Start("4.9", "512K", Load(100));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Assert.That(Continue(machine, block, 500).Error, Is.EqualTo(Errno.EAGAIN));
        Assert.That(OnNode(machine, "app", 0), Is.EqualTo(60 * PagesPerMiB), "what moved in 120 s stays moved");
    }

    [Test]
    public void PinnedPage_On6_12_WaitsForNoTime()
    {
        var machine = Start("6.12", "0", new LoadOf(PageKind.Pinned, 1));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Assert.That(machine.Due, Is.Null);
        Assert.That(Continue(machine, block, 1e6).Error, Is.EqualTo(Errno.EWAITING));
        machine.Loads.Stop(machine.Loads.Find("app")!);
        Assert.That(Continue(machine, block, 1e6).IsOk);
    }

    [Test]
    public void Rate_ChangedMeanwhile_AppliesToTheRunningOffline()
    {
        var machine = Start("6.12", "1M", Load(100));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Continue(machine, block, 10);
        machine.MigrationRate = Rate("45M");
        Assert.That(Continue(machine, block, 10).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Due, Is.EqualTo(Seconds(12)).Within(TimeSpan.FromMilliseconds(5)));
        machine.MigrationRate = default;
        Assert.That(Continue(machine, block, 10.1).IsOk);
    }

    [Test]
    public void Load_StoppedMeanwhile_EndsTheOffline()
    {
        var machine = Start("6.12", "1M", Load(100));
        var block = BlockOf(machine, "app");
        machine.Write(block, "offline");
        Continue(machine, block, 10);
        machine.Loads.Stop(machine.Loads.Find("app")!);
        Assert.That(Continue(machine, block, 10.1).IsOk);
        Assert.That(machine.FindNode(1)!.Zones.Sum(zone => zone.Usage.Isolated), Is.Zero);
    }

    [Test]
    public void Unplug_OfOnlineBlocks_TakesTheTimeOfEach()
    {
        var machine = Start("6.12", "2s");
        var dimm = machine.Dimms.Find("dimm0")!;
        Assert.That(machine.Unplug(dimm).Error, Is.EqualTo(Errno.EWAITING));
        At(machine, 5);
        Assert.That(machine.Unplug(dimm).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(Enumerable.Range(Dimm, 4).Select(machine.State), Is.EqualTo(new[] { "offline", "offline", "going-offline", "online" }));
        Assert.That(machine.Due, Is.EqualTo(Seconds(6)));
        At(machine, 8);
        Assert.That(machine.Unplug(dimm).IsOk);
    }

    [Test]
    public void Unplug_WhoseBlockRefusedOnce_WaitsInTheSecondPass()
    {
        var machine = Start("6.12", "2s");
        machine.Write(40, "offline");
        Continue(machine, 40, 2);
        var dimm = machine.Dimms.Find("dimm0")!;
        machine.ErrorInjection[MemoryAction.GoingOffline] = -(int)Errno.EIO;
        machine.Notifiers.Register(new Watcher(_ => { }));
        var refusals = 0;
        machine.Logged += line =>
        {
            if (line.Contains("offline refused", StringComparison.Ordinal) && ++refusals == 3)
                machine.ErrorInjection[MemoryAction.GoingOffline] = 0;
        };
        for (var second = 2; second < 8; second += 2)
        {
            At(machine, second);
            Assert.That(machine.Unplug(dimm).Error, Is.EqualTo(Errno.EWAITING), $"{second} s");
        }
        At(machine, 8);
        Assert.That(machine.Unplug(dimm).IsOk);
    }

    [Test]
    public void Waiter_AfterASignal_HasNoEffect([Values("4.9", "6.12")] string kernel)
    {
        var machine = Start(kernel, "2s");
        machine.Write(43, "offline");
        machine.Caller = Second;
        Assert.That(machine.Write(42, "offline").Error, Is.EqualTo(Errno.EWAITING));
        machine.Caller = Second with { HasWaited = true, IsInterrupted = true };
        Assert.That(machine.Write(42, "offline").Error, Is.EqualTo(Errno.EINTR));
        Assert.That(Continue(machine, 43, 2).IsOk);
        Assert.That(machine.State(42), Is.EqualTo("online"));
    }

    [Test]
    public void Waiter_AfterASignalOn3_8_BeginsAtItsTurnAndIsGivenUp()
    {
        var machine = Start("3.8", "2s");
        machine.Write(43, "offline");
        machine.Caller = Second with { HasWaited = true, IsInterrupted = true };
        Assert.That(machine.Write(42, "offline").Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(Continue(machine, 43, 2).IsOk);
        machine.Caller = Second with { HasWaited = true, IsInterrupted = true };
        Assert.That(machine.Write(42, "offline").Error, Is.EqualTo(Errno.EINTR));
        Assert.That(machine.State(42), Is.EqualTo("online"));
    }

    [Test]
    public void OthersMeanwhile_WaitForTheLock()
    {
        var machine = Start("6.12", "2s");
        machine.Write(43, "offline");
        machine.Caller = Second;
        Assert.That(machine.Plug(Machines.Dimm("d", 1, 60, 1)).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Unplug(machine.Dimms.Find("dimm1")!).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Poison.SoftOffline(0).Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Devices.AwaitTurn().Error, Is.EqualTo(Errno.EWAITING));
        Assert.That(machine.Loads.Start("b", PageKind.Anon, MiB, new LoadPlacement(machine.FindNode(1)!, MemoryPolicy.Prefer)).IsOk);
        Assert.That(BlockOf(machine, "b"), Is.Not.EqualTo(43), "an isolated block gets no page");
    }

    [Test]
    public void VirtioMem_WhoseBlockIsEmpty_TakesNoTime()
    {
        var machine = Start("6.12", "2s");
        var device = machine.VirtioMem.Plug(new VirtioMemDefinition("v0", 1, 4 * Machines.BlockSize, null)).Value;
        machine.Devices.AutoOnline = OnlineType.Online;
        Assert.That(machine.VirtioMem.Resize(device, 2 * Machines.BlockSize).IsOk);
        Assert.That(machine.VirtioMem.Resize(device, 0).IsOk);
        Assert.That(machine.Due, Is.Null);
    }

    /// <summary>A signal at every moment of an offline leaves a block that is online, and accounts that add up.</summary>
    [Test]
    public void Signal_AtEveryStep_LeavesTheBlockOnline([Values("3.8", "4.4", "4.9", "6.1", "6.12")] string kernel)
    {
        const int steps = 40;
        var moved = 0L;
        for (var step = 0; step < steps; step++)
        {
            var machine = Start(kernel, "2s", Load(128));
            var block = BlockOf(machine, "app");
            var (before, pages) = (OnNode(machine, "app", 1), machine.Loads.Find("app")!.ResidentBytes);
            Assert.That(machine.Write(block, "offline").Error, Is.EqualTo(Errno.EWAITING));
            for (var i = 1; i < step; i++)
                Assert.That(Continue(machine, block, 2.0 * i / steps).Error, Is.EqualTo(Errno.EWAITING));
            var result = Continue(machine, block, 2.0 * step / steps, isInterrupted: true);
            while (result.Error == Errno.EWAITING)
                result = Continue(machine, block, machine.Due!.Value.TotalSeconds, isInterrupted: true);
            Assert.That(result.Error, Is.EqualTo(Errno.EINTR), $"step {step}");
            Assert.That(machine.State(block), Is.EqualTo("online"));
            Assert.That(machine.Loads.Find("app")!.ResidentBytes, Is.EqualTo(pages));
            Assert.That(machine.FindNode(1)!.Zones.Sum(zone => zone.Usage.Isolated), Is.Zero);
            var now = before - OnNode(machine, "app", 1);
            Assert.That(now, Is.GreaterThanOrEqualTo(moved), "the later the signal, the more pages have moved");
            moved = now;
            machine.Caller = First;
            machine.MigrationRate = default;
            Assert.That(machine.Write(block, "offline").IsOk, "a later offline starts afresh, and the lock is free");
        }
        Assert.That(moved, Is.Positive);
    }

    [TestCase("0", "0")]
    [TestCase("0s", "0")]
    [TestCase("64M", "64M")]
    [TestCase("65536K", "64M")]
    [TestCase("2s", "2s")]
    [TestCase("1500ms", "1500ms")]
    [TestCase("2000ms", "2s")]
    public void Rate_Text(string text, string shown) => Assert.That(Rate(text).ToString(), Is.EqualTo(shown));

    [Test]
    public void Rate_OfAWrongForm_IsRefused([Values("", "s", "ms", "-1s", "2 s", "1.5s", "2m!", "86401s", "9999999999s", "-1", "16E")] string text) =>
        Assert.That(MigrationRate.TryParse(text, out _), Is.False);

    /// <param name="Kind">What it holds.</param>
    private sealed record LoadOf(PageKind Kind, int MiB);

    private static LoadOf Load(int mib) => new(PageKind.Anon, mib);

    /// <summary>The default machine with dimm0 online in Movable as far as the kernel allows, and a load there.</summary>
    private static Machine Start(string kernel, string rate, LoadOf? load = null)
    {
        var machine = Machines.Default(kernel: kernel);
        foreach (var number in new[] { 43, 42, 41, 40 })
            Assert.That(machine.Write(number, "online_movable").IsOk, $"{number}");
        machine.MigrationRate = Rate(rate);
        machine.Caller = First;
        if (load is not null)
            Assert.That(machine.Loads.Start("app", load.Kind, load.MiB * MiB, new LoadPlacement(machine.FindNode(1)!, MemoryPolicy.Bind)).IsOk);
        return machine;
    }

    private static MigrationRate Rate(string text) => MigrationRate.TryParse(text, out var rate) ? rate : throw new ArgumentException(text);

    private static Result<DeviceOutcome> Continue(Machine machine, int block, double seconds, bool isInterrupted = false)
    {
        machine.Caller = First with { HasWaited = true, IsInterrupted = isInterrupted };
        machine.Now = Seconds(seconds);
        return machine.Write(block, "offline");
    }

    private static void At(Machine machine, double seconds)
    {
        machine.Caller = First with { HasWaited = seconds > 2 };
        machine.Now = Seconds(seconds);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static int BlockOf(Machine machine, string load) =>
        machine.Loads.Find(load)!.PagesByBlock.MaxBy(place => place.Value).Key.Number;

    private static long OnNode(Machine machine, string load, int node) =>
        machine.Loads.Find(load)!.PagesByNode.TryGetValue(node, out var pages) ? pages : 0;

    private static (long Free, long Managed) Movable(Machine machine)
    {
        var zone = machine.FindNode(1)!.Zone(ZoneType.Movable);
        return (zone.FreePages, zone.ManagedPages);
    }

    private sealed class Watcher(Action<MemoryAction> seen) : IMemoryNotifier
    {
        public int Priority => 0;

        public string Name => "watcher";

        public Result Notify(MemoryAction action, in MemoryNotify argument)
        {
            seen(action);
            return Result.Ok;
        }
    }
}
