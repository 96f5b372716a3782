using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Cli.Native;
using HotplugFs.Cli.Options;
using HotplugFs.Cli.Requests;
using HotplugFs.Cli.Running;

namespace HotplugFs.Cli.Tests;

/// <summary>The parts of <c>hotplugfs run</c> that need no namespaces.</summary>
public sealed class RunTests
{
    private string _place = "";

    [SetUp]
    public void MakePlace() => _place = Directory.CreateTempSubdirectory("hotplugfs-test-").FullName;

    [TearDown]
    public void RemovePlace() => Directory.Delete(_place, recursive: true);

    [TestCase("/tmp/plain")]
    [TestCase("/tmp/with,commas,and a blank")]
    public void InitArguments_AsText_ParseToTheSame(string directory)
    {
        var given = new InitArguments(7, 20, directory, "net:[4026531833]");
        Assert.That(InitArguments.Parse(given.ToString()), Is.EqualTo(given));
    }

    [Test]
    public void InitArguments_Insert_DoesNotChangeTheCommand()
    {
        var inserted = InitArguments.Insert(["run", "--kernel", "6.12", "--", "hotplugfs", "run", "--", "true"], new InitArguments(3, 4, "/d", "net:[1]"));
        Assert.That(inserted, Is.EqualTo(new[] { "run", "--init", "3,4,net:[1],/d", "--kernel", "6.12", "--", "hotplugfs", "run", "--", "true" }));
    }

    [TestCase(0x0000, 0, "ended with status 0")]
    [TestCase(0x0700, 7, "ended with status 7")]
    [TestCase(0xff00, 255, "ended with status 255")]
    [TestCase(0x0009, 137, "was killed by signal 9")]
    [TestCase(0x008b, 139, "was killed by signal 11")]
    public void WaitStatus_OfWaitpid_IsConvertedAsByAShell(int raw, int status, string text)
    {
        var ended = new WaitStatus(raw);
        Assert.That((ended.ExitStatus, ended.ToString()), Is.EqualTo((status, text)));
    }

    [Test]
    public void SignalSet_HasOneBitForEachSignal()
    {
        var set = SignalSet.Of(Signals.HangUp, Signals.Terminate, 64);
        Assert.That(set[0], Is.EqualTo(1UL | 1UL << 14 | 1UL << 63));
    }

    [Test]
    public void NativeStructures_HaveTheKernelsLayout()
    {
        Assert.That(Unsafe.SizeOf<SignalSet>(), Is.EqualTo(128));
        Assert.That(Unsafe.SizeOf<TimeSpec>(), Is.EqualTo(16));
        Assert.That(Unsafe.SizeOf<PollEntry>(), Is.EqualTo(8));
        Assert.That((int)Marshal.OffsetOf<PollEntry>(nameof(PollEntry.Found)), Is.EqualTo(6));
        Assert.That(Unsafe.SizeOf<StatX>(), Is.EqualTo(256));
        Assert.That((int)Marshal.OffsetOf<StatX>(nameof(StatX.DeviceMajor)), Is.EqualTo(136));
    }

    [Test]
    public void UdevRules_File_GetsANameThatUdevReads()
    {
        File.WriteAllText(Path.Combine(_place, "mine"), "# nothing\n");
        var rules = UdevRules.Read(Path.Combine(_place, "mine"));
        Assert.That(rules.Files.Select(file => file.Name), Is.EqualTo(new[] { "mine.rules" }));
    }

    [Test]
    public void UdevRules_Directory_GivesItsRulesFiles()
    {
        foreach (var name in new[] { "90-b.rules", "10-a.rules", "readme.txt" })
            File.WriteAllText(Path.Combine(_place, name), "");
        Assert.That(UdevRules.Read(_place).Files.Select(file => file.Name), Is.EquivalentTo(new[] { "10-a.rules", "90-b.rules" }));
    }

    [Test]
    public void UdevRules_NoFile_Throws()
    {
        Assert.That(() => UdevRules.Read(_place), Throws.TypeOf<RunException>().With.Message.EqualTo($"--udev {_place}: no *.rules in this directory"));
        Assert.That(
            () => UdevRules.Read(Path.Combine(_place, "missing")),
            Throws.TypeOf<RunException>().With.Message.Contains("missing").And.Property("Status").EqualTo(RunStatus.Failed));
    }

    [Test]
    public void MachineDirectory_NoArgument_IsTheVariableOrThrows()
    {
        var before = Environment.GetEnvironmentVariable(MachineDirectory.Variable);
        try
        {
            Environment.SetEnvironmentVariable(MachineDirectory.Variable, null);
            Assert.That(() => MachineDirectory.Choose(null), Throws.TypeOf<CommandException>().With.Message.Contains("HOTPLUGFS"));
            Environment.SetEnvironmentVariable(MachineDirectory.Variable, "/of/the/variable");
            Assert.That(MachineDirectory.Choose(null), Is.EqualTo("/of/the/variable"));
            Assert.That(MachineDirectory.Choose("/named"), Is.EqualTo("/named"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(MachineDirectory.Variable, before);
        }
    }
}
