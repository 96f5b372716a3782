using System.Runtime.InteropServices;
using HotplugFs.Engine.Tests.Differential;
using HotplugFs.Simulator.Checks;
using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Clients;

/// <summary>The system calls that clients make, as the requests that the kernel sends for them: it uses its caches first.</summary>
/// <param name="model">The independent model of the machine; null if the machine does what no model describes.</param>
internal sealed class FileUse(Random random, KernfsTree tree, SimulatedKernel kernel, Twins? model)
{
    /// <summary>Where random paths begin: everything, and what matters most.</summary>
    private static readonly string[] Bases =
    [
        "", "sys/devices/system/memory", "sys/devices/system/memory", "sys/devices/system/node", "sys/devices/system/node",
        "hotplugfs", "hotplugfs/dimms", "proc", "sys/bus/memory/devices", "sys/module", "sys/kernel/debug/notifier-error-inject",
    ];

    private static readonly string[] NoNames = ["nope", "memory", "memory4000000", "node9", "r3", "hugepages", "..", new string('x', 255)];

    /// <summary>A node that was found, and the open file.</summary>
    internal sealed class Target(string path)
    {
        public string Path { get; } = path;

        /// <summary>0 if the name does not exist.</summary>
        public ulong Node { get; set; }

        /// <summary>Null if the file could not be opened.</summary>
        public OpenFile? File { get; set; }
    }

    /// <summary>A path that probably exists.</summary>
    public Target RandomTarget()
    {
        var path = Bases[random.Next(Bases.Length)];
        for (var found = tree.Find(path); found.IsOk && random.Next(5) != 0; found = tree.Find(path))
        {
            var names = NameList.Of(tree, found.Value);
            if (names.Count == 0)
                break;
            var name = names[random.Next(names.Count)].Name;
            path = path.Length == 0 ? name : $"{path}/{name}";
        }
        return new Target(random.Next(20) != 0 ? path : $"{path}/{NoName()}");
    }

    private string NoName() => random.Next(2) == 0 ? $"memory{random.Next(60)}" : NoNames[random.Next(NoNames.Length)];

    /// <summary>Finds the node of a path.</summary>
    public IEnumerable<Call?> Walk(Target target)
    {
        var node = ProtocolConstants.RootId;
        foreach (var name in target.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (kernel.Caches.TypeOf(node) != ModeBits.Directory)
                yield break;
            if (!kernel.Caches.TryFindName(node, name, out var child))
            {
                var lookup = new Call(Opcode.Lookup, node, Bodies.Name(name));
                yield return lookup;
                child = lookup.IsOk ? MemoryMarshal.Read<EntryOut>(lookup.Payload).NodeId : 0;
            }
            // The kernel may have evicted the node meanwhile.
            if (child == 0 || !kernel.Caches.Nodes.Contains(child))
                yield break;
            node = child;
        }
        target.Node = node;
    }

    public bool Is(Target target, uint type) => target.Node != 0 && kernel.Caches.TypeOf(target.Node) == type;

    /// <summary>Finds and opens a file.</summary>
    public IEnumerable<Call?> Open(Target target, uint flags)
    {
        foreach (var call in Walk(target))
            yield return call;
        if (!Is(target, ModeBits.Regular))
            yield break;
        ModelBlock? block = null;
        yield return new Call(Opcode.Open, target.Node, Bodies.Of(new OpenIn { Flags = flags }))
        {
            Sending = () => block = model?.Model.Find(ExpectedText.BlockOf(target.Path)),
            Answered = open =>
            {
                if (open.Error == 0)
                    kernel.OpenFiles.Add(target.File = Opened(target, flags, block, MemoryMarshal.Read<OpenOut>(open.Payload)));
            },
        };
    }

    private OpenFile Opened(Target target, uint flags, ModelBlock? block, in OpenOut reply)
    {
        if (reply.BackingId != 0 && !kernel.BackingTexts.ContainsKey(reply.BackingId))
            throw new SimulationException($"{target.Path} is opened with backing file {reply.BackingId}, which does not exist");
        return new OpenFile(reply.Handle, target.Node, target.Path, flags, reply.BackingId)
        {
            IsPassthrough = (reply.Flags & (OpenReplyFlags.Passthrough | OpenReplyFlags.DirectIO)) == OpenReplyFlags.Passthrough,
            Block = block,
            BackingText = reply.BackingId == 0 ? [] : kernel.BackingTexts[reply.BackingId],
        };
    }

    public Call Release(OpenFile file)
    {
        kernel.OpenFiles.Remove(file);
        return new Call(Opcode.Release, file.Node, Bodies.Of(new ReleaseIn { Handle = file.Handle }));
    }

    /// <summary>Reads a file in pieces, and compares the text with the model's.</summary>
    public IEnumerable<Call?> Read(OpenFile file, ExpectedText expected)
    {
        var text = new List<byte>();
        var size = random.Next(3) == 0 ? random.Next(1, 60) : 4096;
        for (var pieces = 0; pieces < 12; pieces++)
        {
            if (file.IsPassthrough)
            {
                text.AddRange(file.BackingText);
                expected.Expect(file);
                break;
            }
            var read = new Call(Opcode.Read, file.Node, Bodies.Read(file.Handle, text.Count, size))
            {
                Sending = () => expected.ExpectAtStart(file, text.Count),
            };
            yield return read;
            if (read.IsLost || read.IsRejected)
                yield break;
            if (read.Error != 0)
            {
                expected.CheckError(file, read.Error, text.Count);
                yield break;
            }
            text.AddRange(read.Payload);
            if (read.Payload.Length == 0)
                break;
        }
        expected.CheckText(file, CollectionsMarshal.AsSpan(text));
    }
}
