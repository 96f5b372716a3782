using static HotplugFs.Machines.Tests.MachineText;

namespace HotplugFs.Machines.Tests;

/// <summary>Messages about faults that a machine file cannot have.</summary>
public sealed class RefusedFaultTests
{
    private const string Fault = "[[fault]]\nwhat = \"memory1\"\nwhen = \"offline\"\noutcome = \"EBUSY\"\ntimes = 2\n";

    [TestCase("\"memory1\"", "\"block1\"", 9, "\"block1\" is not memory43, memory40-47, node1, dimm:ID or any")]
    [TestCase("\"offline\"", "\"offlne\"", 9, "\"offlne\" is not online, offline, plug, unplug or read FILE")]
    [TestCase("EBUSY", "EBSUY", 9, "\"EBSUY\" is no outcome; write an errno such as EBUSY")]
    [TestCase("times = 2", "times = -1", 12, "times must be from 0 to 2147483647")]
    [TestCase("times = 2", "take = \"3\"", 9, "\"take=3\" is no time of at most a day; write take=3s or take=500ms")]
    [TestCase("times = 2", "often = 2", 12, "unknown key \"often\" in [[fault]]")]
    [TestCase("what = \"memory1\"\n", "", 8, "what is missing in [[fault]]; example: what = \"memory43\"")]
    [TestCase("when = \"offline\"\n", "", 8, "when is missing in [[fault]]; example: when = \"offline\"")]
    public void Fault_Invalid_NamesLineAndCorrection(string valid, string invalid, int line, string part) =>
        AssertRefused(With(more: Fault.Replace(valid, invalid)), line, part);
}
