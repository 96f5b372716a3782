using System.Runtime.InteropServices;
using CsCheck;
using HotplugFs.Engine.Tests.Differential;
using HotplugFs.Simulator.Kernel;
using TestMachines = HotplugFs.Engine.Tests.Machines;

namespace HotplugFs.Simulator.Clients;

/// <summary>Writes whose results the independent model knows.</summary>
internal sealed class ModelActivities(Random random, SimulatedKernel kernel, FileUse files, Twins twins, HotplugFs.Kernels.Kernel rules)
{
    private const string Memory = "sys/devices/system/memory";
    private const string Parameters = "sys/module/memory_hotplug/parameters";
    private const string Inject = "sys/kernel/debug/notifier-error-inject/memory/actions";

    private readonly PCG _pcg = new((uint)random.Next(), (ulong)random.NextInt64());

    /// <summary>Executes one random operation by a write.</summary>
    public IEnumerable<Call?> Write()
    {
        var operation = Operation.Random.Generate(_pcg, null, out _).On(twins.Model.Numbers);
        var (path, text) = Describe(operation);
        var target = new FileUse.Target(path);
        foreach (var call in files.Open(target, OpenFlags.WriteOnly))
            yield return call;
        if (target.File is not { } file)
            yield break;
        if (IsPossible(operation, file))
            foreach (var call in WriteText(file, OneFile(operation, file.Name), operation is Stick ? Describe(operation).Text : text))
                yield return call;
        yield return files.Release(file);
    }

    /// <summary>False if the block was removed, and perhaps added again, since the operation was chosen.</summary>
    private bool IsPossible(Operation operation, OpenFile file) => operation switch
    {
        WriteState or WriteOnline => file.Block is { } block && twins.Model.Find(block.Number) == block,
        Stick stick => twins.Model.Find(stick.Block) is not null,
        _ => true,
    };

    private IEnumerable<Call?> WriteText(OpenFile file, Operation operation, string text)
    {
        // A kernel that accepts prefixes takes "online" without a newline for "online_kernel".
        var bytes = Encoding.UTF8.GetBytes(rules.Files.AcceptsStatePrefixes || random.Next(2) == 0 ? text + "\n" : text);
        string? expected;
        try
        {
            // The model takes every word.
            expected = operation is WriteAutoOnline { Word: var word } && !rules.AutoOnlineTypes.Contains(word)
                ? Errno.EINVAL.Name()
                : twins.DoToModelOnly(operation);
        }
        catch (RulesAreSilentException)
        {
            kernel.End();
            yield break;
        }
        if (expected is null)
            yield break;
        var write = new Call(Opcode.Write, file.Node, Bodies.Write(file.Handle, bytes));
        yield return write;
        if (write.IsLost || write.IsRejected)
            yield break;
        var result = write.Error != 0 ? write.Error.Name() : $"{MemoryMarshal.Read<WriteOut>(write.Payload).Size}";
        if (result != Result(operation, expected, bytes.Length))
            throw new SimulationException($"{operation}: {result}, the model has {expected}");
    }

    private string Result(Operation operation, string expected, int length) => (expected, operation) switch
    {
        (MachineModel.Ok, _) or (MachineModel.Already, not WriteState) => $"{length}",
        (MachineModel.Already, _) => rules.Files.RepeatedRequestIsShortWrite ? "1" : Errno.EINVAL.Name(),
        _ => expected,
    };

    /// <summary>What one write does: a file holds one of the three parameters, and the others are as they are now.</summary>
    private Operation OneFile(Operation operation, string file)
    {
        if (operation is not WritePolicy policy || twins.Model is not ModernModel modern)
            return operation;
        return file switch
        {
            "online_policy" => new WritePolicy(policy.AutoMovable, (uint)modern.RatioPercent, modern.IsNumaAware),
            "auto_movable_ratio" => new WritePolicy(modern.IsAutoMovable, policy.RatioPercent, modern.IsNumaAware),
            _ => new WritePolicy(modern.IsAutoMovable, (uint)modern.RatioPercent, policy.NumaAware),
        };
    }

    /// <summary>The file that executes the operation, and the text to write.</summary>
    private (string Path, string Text) Describe(Operation operation) => operation switch
    {
        WriteState(var block, var word) => ($"{Memory}/memory{block}/state", word.Word()),
        WriteOnline(var block, var online) => ($"{Memory}/memory{block}/online", online ? "1" : "0"),
        Plug(var id, var node, var first, var count) => ("hotplugfs/dimms/plug",
            $"id={id} node={node} size={count * TestMachines.BlockSize} at=0x{first * TestMachines.BlockSize:x}"),
        Unplug(var id) => ("hotplugfs/dimms/unplug", id),
        Probe(var number) => ($"{Memory}/probe", $"0x{number * TestMachines.BlockSize:x}"),
        WriteAutoOnline(var word) => ($"{Memory}/auto_online_blocks", word.Word()),
        HotplugFs.Engine.Tests.Inject(var offline, var error) =>
            ($"{Inject}/MEM_GOING_{(offline ? "OFFLINE" : "ONLINE")}/error", ErrorText(-(long)(error ?? 0))),
        Stick(var block) => ("hotplugfs/offline_result", $"{block} {(twins.Model.Stuck.Contains(block) ? "default" : "EBUSY")}"),
        WritePolicy policy => DescribePolicy(policy),
        _ => throw new NotSupportedException($"no write executes {operation}"),
    };

    private string ErrorText(long error) =>
        rules.Files.InjectedErrors == ErrorNumbers.Unsigned ? $"{unchecked((ulong)error)}" : $"{error}";

    private (string Path, string Text) DescribePolicy(WritePolicy policy) => random.Next(3) switch
    {
        0 => ($"{Parameters}/online_policy", policy.AutoMovable ? "auto-movable" : "contig-zones"),
        1 => ($"{Parameters}/auto_movable_ratio", $"{policy.RatioPercent}"),
        _ => ($"{Parameters}/auto_movable_numa_aware", policy.NumaAware ? "Y" : "N"),
    };
}
