using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines;

namespace HotplugFs.Replay.InProcess;

/// <summary>Boots machines whose tree is used without a mount.</summary>
internal sealed class InProcessBackend : IReplayBackend
{
    public bool BootsAreCheap => true;

    public IReadOnlyList<KnownDifference> KnownDifferences => [];

    /// <exception cref="MachineFileException">The recording describes an impossible machine.</exception>
    public IReplayMachine Boot(Trace trace)
    {
        try
        {
            var kernel = KernelCatalogue.Get(trace.Machine.Kernel, trace.Machine.Definition.Architecture);
            return new InProcessMachine(new Machine(trace.Machine.Definition, kernel.Rules), kernel.Files);
        }
        catch (ArgumentException problem)
        {
            throw new MachineFileException(trace.File, 1, $"the machine contradicts itself: {problem.Message}");
        }
    }
}
