using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Cli.Maps;

/// <summary>The files of a machine that is not mounted.</summary>
internal sealed class SimulatedFiles : IMachineFiles
{
    private readonly KernfsTree _tree;
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <summary>Makes the files of a machine.</summary>
    /// <param name="kernel">Its kernel's name in the catalogue.</param>
    public SimulatedFiles(Machine machine, string kernel)
    {
        Machine = machine;
        _tree = new MachineTree(machine, KernelCatalogue.Get(kernel, machine.Architecture).Files, new MachineTreeOptions
        {
            DescribeMachine = () => MachineFile.Write(RunningMachine.Describe("copy", machine)),
        }).Tree;
    }

    /// <summary>The machine, whose files these are.</summary>
    public Machine Machine { get; }

    public string? Read(string path)
    {
        if (!_tree.Find(path).TryGet(out var node, out _) || !_tree.Open(node, OpenFlags.ReadOnly).TryGet(out var file, out _))
            return null;
        var text = new MemoryStream();
        Result<int> read;
        while ((read = file.Read(text.Length, _buffer)) is { IsOk: true, Value: > 0 })
            text.Write(_buffer, 0, read.Value);
        _tree.OpenFiles.Release(file);
        return read.IsOk ? Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length) : null;
    }

    /// <summary>Returns whether there is a file or a directory.</summary>
    public bool Exists(string path) => _tree.Find(path).IsOk;

    /// <summary>Writes once; the machine decides as on a mount. EWAITING if the write has to be repeated later.</summary>
    public Result<int> Write(string path, string text)
    {
        if (!_tree.Find(path).TryGet(out var node, out var error) || !_tree.Open(node, OpenFlags.WriteOnly).TryGet(out var file, out error))
            return error;
        var written = file.Write(Encoding.UTF8.GetBytes(text));
        _tree.OpenFiles.Release(file);
        _tree.Changes.Take([]);
        _tree.OpenFiles.TakeWakeUps([]);
        return written;
    }

    public IEnumerable<string> List(string path)
    {
        var names = new Names();
        if (_tree.Find(path).TryGet(out var node, out _))
            _tree.ReadDirectory(node, 0, names);
        return names;
    }

    private sealed class Names : List<string>, IDirectorySink
    {
        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            Add(Encoding.UTF8.GetString(name));
            return true;
        }
    }
}
