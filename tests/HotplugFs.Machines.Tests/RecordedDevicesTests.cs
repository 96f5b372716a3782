using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Tests;

/// <summary>PCI devices and dax regions in the header of a recording.</summary>
public sealed class RecordedDevicesTests
{
    private const string Pci = """{"address":"0000:3b:00.0","class":131072,"vendor":32902,"device":5490,"numa_node":1}""";

    private const string Device = """
        {"number":0,"driver":"kmem","align":2097152,"ranges":[{"addr":1073741824,"size":268435456}],"state":"online_movable"}
        """;

    private const string Region = $$"""{"target_node":1,"addr":1073741824,"size":268435456,"devices":[{{Device}}]}""";

    /// <summary>The header of a machine with blocks 1, 8 and 9.</summary>
    private static RecordingHeader Header(string more = "") => RecordingHeader.Parse("r.jsonl", $$$$"""
        {"kernel":"7.3","append":"","block_size_bytes":"8000000","auto_online_blocks":"offline",{{{{more}}}}
        "nodes":{"possible":"0-1","online":"0-1","has_cpu":"0"},"zones":{
        "0":{"DMA32":{"start_pfn":32768,"spanned":32768,"present":32768,"managed":32768,"init":1}},
        "1":{"Movable":{"start_pfn":262144,"spanned":32768,"present":32768,"managed":32768,"init":1}}},
        "blocks":{"1":{"state":"online","valid_zones":"DMA32","node":"0","removable":"1"},
        "8":{"state":"online","valid_zones":"Movable","node":"1","removable":"1"},
        "9":{"state":"offline","valid_zones":"Normal Movable","node":"1","removable":"1"}}}
        """);

    private sealed class Files(Dictionary<string, string> texts) : IDump
    {
        public string? Read(string path) => texts.GetValueOrDefault(path);

        public string? ReadLink(string path) => null;

        public IReadOnlyCollection<string> List(string path) =>
        [
            .. texts.Keys.Where(name => name.StartsWith($"{path}/", StringComparison.Ordinal)).Select(name => name[(path.Length + 1)..].Split('/')[0])
                .Distinct(),
        ];
    }

    [Test]
    public void Make_DevicesOfTheHeader_AreThoseOfTheMachine()
    {
        var machine = RecordingMachine.Make("r.jsonl", Header($"\"pci\":[{Pci}],\"dax\":[{Region}],"));
        var device = machine.Definition.Pci.Single();
        Assert.That((device.Address.ToString(), device.Class, device.Vendor, device.Device, device.Node),
            Is.EqualTo(("0000:3b:00.0", 0x020000, 0x8086, 0x1572, 1)));
        Assert.That(machine.Definition.Memory.Where(range => range.Dax == "dax0.0").Select(range => range.First.Number), Is.EqualTo(new[] { 8, 9 }));
        var dax = MachineText.Boot(machine).Dax.Find("dax0.0")!;
        Assert.That((dax.Driver, dax.MemoryState, dax.Region.Node.Number), Is.EqualTo((DaxDriver.Kmem, DaxMemoryState.OnlineMovable, 1)));
    }

    [Test]
    public void Make_HeaderWithoutDevices_IsAMachineWithout()
    {
        var header = Header();
        Assert.That(header.ToJson(), Does.Not.Contain("pci").And.Not.Contain("dax"));
        Assert.That(RecordingMachine.Make("r.jsonl", header).Definition, Has.Property("Pci").Empty.And.Property("Dax").Empty);
    }

    [TestCase("7.2", 1)]
    [TestCase("4.9", 0)]
    public void Make_OtherKernel_HasWhatItKnowsOfTheBus(string kernel, int regions)
    {
        var machine = RecordingMachine.Make("r.jsonl", Header($"\"pci\":[{Pci}],\"dax\":[{Region}],"), kernel).Definition;
        Assert.That(machine.Dax, Has.Count.EqualTo(regions));
        Assert.That(machine.Dax.SelectMany(region => region.Devices).Select(device => device.MemoryState), Is.All.Null);
        Assert.That(machine.Memory.Count(range => range.Dax is not null), Is.EqualTo(2 * regions));
        Assert.That(machine.Pci, Has.Count.EqualTo(1));
    }

    [TestCase("\"target_node\":1|\"target_node\":4", "dax region 0 is on node 4, which is not in \"nodes.possible\"")]
    [TestCase("\"size\":268435456,\"devices\"|\"size\":268435455,\"devices\"", "addr and size of dax region 0 must be multiples of 2 MiB")]
    [TestCase("\"addr\":1073741824,\"size\":268435456}|\"addr\":1,\"size\":268435456}", "a range of a device is not in dax region 0")]
    [TestCase("\"size\":268435456}|\"size\":134217728}", "memory9 is in dax region 0, but of none of its devices")]
    [TestCase("\"devices\":[|\"devices\":[{\"number\":0,\"driver\":\"none\",\"align\":2097152,\"ranges\":[]},", "two devices of dax region 0")]
    [TestCase("\"driver\":\"kmem\"|\"driver\":\"cxl\"", "unknown word \"cxl\" (known: none, device_dax, kmem)")]
    [TestCase("\"align\":2097152|\"align\":0", "align of dax0.0 0 is out of range")]
    [TestCase("\"state\":|\"status\":", "unknown field \"dax.0.devices.0.status\"")]
    [TestCase("\"dax\":[|\"dax\":[{\"target_node\":1,\"addr\":0,\"size\":2097152,\"devices\":[]},", "dax region 0 has no devices")]
    [TestCase("0000:3b:00.0|3b:00.0", "\"3b:00.0\" is no address of a PCI device (example: 0000:3b:00.0)")]
    [TestCase("\"numa_node\":1|\"numa_node\":9", "PCI device 0000:3b:00.0 is on node 9, which is not in \"nodes.possible\"")]
    [TestCase("\"class\":131072|\"class\":16777216", "class of PCI device 0000:3b:00.0 16777216 is out of range")]
    [TestCase("\"pci\":[|\"pci\":[" + Pci + ",", "PCI device 0000:3b:00.0 is there twice")]
    public void Make_DevicesThatCannotBe_AreRefused(string change, string problem)
    {
        var ends = change.Split('|');
        var devices = $"\"pci\":[{Pci}],\"dax\":[{Region}],";
        Assert.That(devices, Does.Contain(ends[0]));
        var altered = devices.Replace(ends[0], ends[1], StringComparison.Ordinal);
        Assert.That(() => RecordingMachine.Make("r.jsonl", Header(altered)),
            Throws.TypeOf<MachineFileException>().With.Message.Contains(problem));
    }

    /// <summary>What importing cannot take is a loss here, too, with the same words.</summary>
    [Test]
    public void Complete_Devices_AreReadAsByImport()
    {
        const string Card = "sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0";
        const string Dax = "sys/devices/platform/hmem.0/dax0.0";
        var header = Header();
        var losses = new Losses();
        DumpDevices.Complete(header, new Files(new()
        {
            [$"{Card}/vendor"] = "0x8086",
            [$"{Card}/device"] = "0x1572",
            [$"{Card}/class"] = "0x020000",
            [$"{Card}/numa_node"] = "7",
            [$"{Dax}/size"] = "268435456",
            [$"{Dax}/target_node"] = "1",
            [$"{Dax}/resource"] = "0x180000000",
        }), losses);
        Assert.That(header.Pci!.Single(), Has.Property("Vendor").EqualTo(0x8086).And.Property("NumaNode").Null);
        Assert.That(header.Dax!.Single(), Has.Property("Addr").EqualTo(0x180000000).And.Property("TargetNode").EqualTo(1));
        Assert.That(losses.Lines, Is.EquivalentTo((string[])
        [
            "0000:3a:00.0: its class, vendor or device is missing or no such number; it is left out",
            "0000:3b:00.0: it is below a bridge; it is on a root bus in the machine",
            "0000:3b:00.0: its numa_node is no node of the machine; it is on none",
        ]));
        var again = RecordingMachine.Make("r.jsonl", RecordingHeader.Parse("r.jsonl", header.ToJson()));
        Assert.That(again.Definition.Dax.Single(), Has.Property("Address").EqualTo(0x180000000));
    }

    /// <summary>The text of a kernel has only the distances between nodes that are online.</summary>
    [Test]
    public void Make_DistancesOfOnlineNodes_AreCompleted()
    {
        var header = Header("\"distances\":{\"0\":\"10 17\",\"1\":\"17 10\"},");
        header.Nodes["possible"] = "0-2";
        var nodes = RecordingMachine.Make("r.jsonl", header).Definition.Nodes;
        Assert.That(nodes.Select(node => string.Join(' ', node.Distances)), Is.EqualTo(new[] { "10 17 20", "17 10 20", "" }));
    }
}
