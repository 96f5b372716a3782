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
        string[] command = ["--kernel", "6.12", "--", "hotplugfs", "run", "--", "true"];
        var inserted = InitArguments.Insert(["run", .. command], new InitArguments(3, 4, "/d", "net:[1]"));
        Assert.That(inserted, Is.EqualTo((string[])["run", "--init", "3,4,net:[1],/d", .. command]));
    }

    [TestCase("Invalid sender uid 65534, ignoring message", true)]
    [TestCase("Invalid sender UID 65534, ignoring message.", true)]
    [TestCase("Invalid sender uid 1000, ignoring message", false)]
    [TestCase("memory40: Process '/bin/false' failed with exit code 1.", false)]
    public void UdevReadiness_IsLostCredential_OfALine(string line, bool isLost) =>
        Assert.That(UdevReadiness.IsLostCredential(line), Is.EqualTo(isLost));

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
        Assert.That(
            () => UdevRules.Read(_place),
            Throws.TypeOf<CommandException>().With.Message.EqualTo($"--udev {_place}: no *.rules in this directory"));
        Assert.That(
            () => UdevRules.Read(Path.Combine(_place, "missing")),
            Throws.TypeOf<CommandException>().With.Message.Contains("missing"));
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
