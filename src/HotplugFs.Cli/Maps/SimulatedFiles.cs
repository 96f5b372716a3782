using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Machines;
using HotplugFs.Sysfs;

namespace HotplugFs.Cli.Maps;

/// <summary>The files of a machine that is not mounted.</summary>
internal sealed class SimulatedFiles : IMachineFiles
{
    private readonly KernfsTree _tree;
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <summary>Makes the files of a machine.</summary>
    /// <param name="kernel">Its kernel's name in the catalogue.</param>
    public SimulatedFiles(Machine machine, string kernel) =>
        _tree = new MachineTree(machine, KernelCatalogue.Get(kernel).Files).Tree;

    /// <summary>Boots a machine.</summary>
    /// <exception cref="CommandException">The machine cannot boot under its kernel.</exception>
    public static SimulatedFiles Boot(NamedMachine machine)
    {
        try
        {
            return new SimulatedFiles(new Machine(machine.Definition, KernelCatalogue.Get(machine.Kernel).Rules), machine.Kernel);
        }
        catch (ArgumentException problem)
        {
            throw new CommandException($"machine {machine.Name} cannot boot with kernel {machine.Kernel}: {problem.Message}");
        }
    }

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
