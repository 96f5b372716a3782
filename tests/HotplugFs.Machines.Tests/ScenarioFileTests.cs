using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>Scenarios that are refused before a command starts, with the line and what would be right.</summary>
public sealed class ScenarioFileTests
{
    [TestCase("", 0, "it has no step; write [[at]] or [[on]] and its keys below")]
    [TestCase("[[at]]\nplug = \"node=1 size=1G id=a\"\n", 1, "time is missing in [[at]]")]
    [TestCase("[[at]]\ntime = \"2\"\nunplug = \"a\"\n", 2, "\"2\" is no time; write 2s or 500ms")]
    [TestCase("[[at]]\ntime = 2\nunplug = \"a\"\n", 2, "time must be a string")]
    [TestCase("[[at]]\ntime = \"2s\"\n", 1, "the step does nothing; add one of plug, unplug, ")]
    [TestCase("[[at]]\ntime = \"2s\"\ntimes = 2\nunplug = \"a\"\n", 3, "unknown key \"times\" in [[at]]")]
    [TestCase("[[at]]\ntime = \"2s\"\nplugg = \"a\"\n", 3, "unknown key \"plugg\" in [[at]]; did you mean plug?")]
    [TestCase("[[when]]\nevent = \"online memory1\"\n", 1, "unknown key \"when\"")]
    [TestCase("[[on]]\nunplug = \"a\"\n", 1, "event is missing in [[on]]")]
    [TestCase("[[on]]\nevent = \"memory40 online\"\nunplug = \"a\"\n", 2, "\"memory40 online\" is no event; write one of online, ")]
    [TestCase("[[on]]\nevent = \"online\"\nunplug = \"a\"\n", 2, "\"online\" is no event")]
    [TestCase("[[on]]\nevent = \"online memory67108864\"\nunplug = \"a\"\n", 2, "a machine can have memory0 to memory67108863, not memory67108864")]
    [TestCase("[[on]]\nevent = \"add node9\"\nunplug = \"a\"\n", 2, "the machine has no node 9")]
    [TestCase("[[on]]\nevent = \"online memory1\"\ntimes = 0\nunplug = \"a\"\n", 3, "times must be from 1 to 1000000, not 0")]
    [TestCase("[[at]]\ntime = \"2s\"\nplug = \"node=1 id=a\"\n", 3, "plug: size= is missing; write node=N")]
    [TestCase("[[at]]\ntime = \"2s\"\nplug = { node = 9, size = \"1G\", id = \"a\" }\n", 3, "plug: the machine has no node 9")]
    [TestCase("[[at]]\ntime = \"2s\"\nplug = [1]\n", 3, "plug must be a string or a table such as { id = \"dimm2\", ")]
    [TestCase("[[at]]\ntime = \"2s\"\nunplug = \"a b\"\n", 3, "unplug: write a name: ")]
    [TestCase("[[at]]\ntime = \"2s\"\nremove_node = 9\n", 3, "remove_node: the machine has no node 9")]
    [TestCase("[[at]]\ntime = \"2s\"\nremove_node = \"x\"\n", 3, "remove_node: write a node's number")]
    [TestCase("[[at]]\ntime = \"2s\"\nload = { id = \"a\", size = \"many\" }\n", 3, "load: size=many is not a size")]
    [TestCase("[[at]]\ntime = \"2s\"\nload = { id = \"a\", size = \"1G\", kind = \"anno\" }\n", 3, "load: kind=anno is unknown (known: ")]
    [TestCase("[[at]]\ntime = \"2s\"\nresize = { id = \"a\" }\n", 3, "resize: size= is missing")]
    [TestCase("[[at]]\ntime = \"2s\"\nfault = { what = \"memory1\", when = \"offline\", outcome = \"EBUSSY\" }\n", 3, "fault: \"EBUSSY\"")]
    [TestCase("[[at]]\ntime = \"2s\"\nvirtio_mem = { id = \"v\" }\n", 3, "virtio_mem: size= is missing")]
    [TestCase("[[at]]\ntime = \"2s\"\nmigration_rate = \"fast\"\n", 3, "migration_rate: write ")]
    [TestCase("[[at]]\ntime = \"2s\"\nwrite = { file = \"a\" }\n", 3, "write needs a file and a text: ")]
    [TestCase("[[at]\n", 1, "this is not TOML: ")]
    public void Scenario_Invalid_NamesLineAndCorrection(string text, int line, string part)
    {
        var machine = new Machine(MachineFile.Load("default").Definition, KernelCatalogue.Default.Rules);
        var place = line == 0 ? "s.toml: " : $"s.toml:{line}: ";
        Assert.That(() => ScenarioFile.Parse("s.toml", text, machine), Throws.TypeOf<MachineFileException>()
            .With.Message.StartsWith(place).And.Message.Contains(part));
    }
}
