using System.Runtime.InteropServices;
using HotplugFs.Engine.Tests.Differential;
using HotplugFs.Simulator.Checks;
using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Clients;

/// <summary>What clients do that changes no machine.</summary>
internal sealed class ReadingActivities(Random random, KernfsTree tree, SimulatedKernel kernel, FileUse files, Twins? twins)
{
    /// <summary>The first opcode that no kernel has.</summary>
    private const int UnknownOpcode = 1000;

    /// <summary>A number that no open file has.</summary>
    private const ulong NoHandle = 1 << 30;

    private static readonly Opcode[] Others =
    [
        Opcode.StatFs, Opcode.Access, Opcode.Flush, Opcode.FSync, Opcode.FSyncDir, Opcode.GetXattr, Opcode.SetXattr, Opcode.ListXattr,
        Opcode.RemoveXattr, Opcode.Ioctl, Opcode.LSeek, Opcode.FAllocate, Opcode.Create, Opcode.MkNod, Opcode.MkDir, Opcode.Unlink, Opcode.RmDir,
        Opcode.Symlink, Opcode.Link, Opcode.Rename, Opcode.Rename2, Opcode.OpenDir, Opcode.ReleaseDir, (Opcode)UnknownOpcode, (Opcode)7,
    ];

    public IEnumerable<Call?> Stat()
    {
        var target = files.RandomTarget();
        foreach (var call in files.Walk(target))
            yield return call;
        if (target.Node != 0 && (!kernel.Caches.HasAttributes(target.Node) || random.Next(4) == 0))
            yield return new Call(Opcode.GetAttr, target.Node, new byte[16]);
    }

    public IEnumerable<Call?> ReadFile()
    {
        var target = files.RandomTarget();
        foreach (var call in files.Open(target, random.Next(8) == 0 ? OpenFlags.ReadWrite : OpenFlags.ReadOnly))
            yield return call;
        if (target.File is not { } file)
            yield break;
        for (var rounds = random.Next(1, 4); rounds > 0; rounds--)
        {
            foreach (var call in files.Read(file, new ExpectedText(twins)))
                yield return call;
            if (!file.IsPassthrough && random.Next(3) == 0)
                yield return new Call(Opcode.Read, file.Node, Bodies.Read(file.Handle, random.Next(9000), random.Next(9000)));
        }
        yield return files.Release(file);
    }

    public IEnumerable<Call?> ReadLink()
    {
        var target = files.RandomTarget();
        foreach (var call in files.Walk(target))
            yield return call;
        if (files.Is(target, ModeBits.Link))
            yield return new Call(Opcode.ReadLink, target.Node, []);
    }

    /// <summary>Lists a directory in pieces. Entries that were there all the time are listed exactly once.</summary>
    public IEnumerable<Call?> ListDirectory()
    {
        var target = files.RandomTarget();
        foreach (var call in files.Walk(target))
            yield return call;
        if (!files.Is(target, ModeBits.Directory))
            yield break;
        var id = target.Node == ProtocolConstants.RootId ? tree.Root : new NodeId(target.Node);
        var opcode = random.Next(2) == 0 ? Opcode.ReadDir : Opcode.ReadDirPlus;
        var size = random.Next(2) == 0 ? 4096 : random.Next(300, 1000);
        var (version, before) = (0, new List<(string Name, NodeId Node)>());
        var listed = new List<DirectoryReply>();
        for (var cookie = 0ul; ;)
        {
            var isFirst = cookie == 0;
            var read = new Call(opcode, target.Node, Bodies.Of(new ReadIn { Offset = cookie, Size = (uint)size }))
            {
                Sending = () => (version, before) = isFirst ? (kernel.Caches.VersionOf(target.Node), NameList.Of(tree, id)) : (version, before),
            };
            yield return read;
            if (!read.IsOk)
                yield break;
            var items = DirectoryReply.Parse(read.Payload, opcode == Opcode.ReadDirPlus);
            if (items.Count == 0)
                break;
            if (items[^1].Next == cookie)
                throw new SimulationException($"listing {target.Path} does not advance beyond cookie {cookie:x}");
            cookie = items[^1].Next;
            listed.AddRange(items);
        }
        CheckListing(target.Path, id, before, listed);
        if (kernel.Caches.VersionOf(target.Node) == version && kernel.IsQuiescent && kernel.Caches.Nodes.Contains(target.Node))
            kernel.Caches.AddListing(target.Node, listed.Select(item => item.Name).Where(name => name is not ("." or "..")));
    }

    private void CheckListing(string path, NodeId directory, List<(string Name, NodeId Node)> before, List<DirectoryReply> listed)
    {
        if (listed.GroupBy(item => (item.Name, item.Inode)).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SimulationException($"{path} lists {twice.Key} {twice.Count()} times");
        var missing = before.Intersect(NameList.Of(tree, directory)).Select(entry => entry.Name).Except(listed.Select(item => item.Name));
        if (missing.FirstOrDefault() is { } name)
            throw new SimulationException($"{path} does not list {name}");
    }

    /// <summary>Waits for a line of the log or a uevent.</summary>
    public IEnumerable<Call?> Poll()
    {
        var target = new FileUse.Target(random.Next(2) == 0 ? "hotplugfs/log" : "hotplugfs/uevents");
        foreach (var call in files.Open(target, OpenFlags.ReadOnly))
            yield return call;
        if (target.File is not { } file)
            yield break;
        var waiter = 0ul;
        yield return new Call(Opcode.Poll, file.Node, [])
        {
            BodyWhenSent = () => Bodies.Of(new PollIn
            {
                Handle = file.Handle,
                KernelHandle = waiter = kernel.OpenFiles.Wait(file),
                Flags = PollFlags.ScheduleNotify,
            }),
        };
        for (var patience = random.Next(200); patience > 0 && !kernel.OpenFiles.TakeWoken(waiter); patience--)
            yield return null;
        foreach (var call in files.Read(file, new ExpectedText(null)))
            yield return call;
        yield return files.Release(file);
    }

    /// <summary>Requests that the session refuses or ignores, whatever their body is.</summary>
    public IEnumerable<Call?> Odd()
    {
        var node = random.Next(3) == 0 ? (ulong)random.NextInt64() : kernel.Caches.Nodes.ElementAt(random.Next(kernel.Caches.Nodes.Count));
        switch (random.Next(4))
        {
            case 0:
                var size = random.Next(40);
                Opcode[] withoutBody = [Opcode.Open, Opcode.Read, Opcode.Write, Opcode.SetAttr, Opcode.Release, Opcode.Poll, Opcode.MkNod];
                yield return new Call(withoutBody[random.Next(withoutBody.Length)], (ulong)random.NextInt64(), NoiseWithoutHandle(size));
                break;
            case 1:
                var waiting = kernel.WaitingRequests();
                var unique = waiting.Length > 0 ? waiting[random.Next(waiting.Length)] : (ulong)random.Next(1000);
                yield return new Call(Opcode.Interrupt, 0, Bodies.Of(unique));
                break;
            default:
                yield return new Call(Others[random.Next(Others.Length)], node, NoiseWithoutHandle(random.Next(100)));
                break;
        }
    }

    /// <summary>Random bytes that name no open file, because clients close only their own.</summary>
    private byte[] NoiseWithoutHandle(int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        if (size >= sizeof(ulong))
            MemoryMarshal.Write(bytes, NoHandle | (ulong)random.NextInt64());
        return bytes;
    }

    /// <summary>The kernel is short of memory and forgets nodes.</summary>
    public IEnumerable<Call?> Evict()
    {
        var nodes = kernel.Caches.Nodes.Where(_ => random.Next(4) == 0).ToArray();
        var evicted = kernel.Caches.Evict(nodes, kernel.OpenFiles.IsOpen);
        if (evicted.Length == 0)
            yield break;
        if (evicted.Length > 1 && random.Next(2) == 0)
        {
            yield return new Call(Opcode.BatchForget, 0, Bodies.BatchForget(evicted));
            yield break;
        }
        foreach (var (node, lookups) in evicted)
            yield return new Call(Opcode.Forget, node, Bodies.Forget(lookups));
    }
}
