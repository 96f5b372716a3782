using HotplugFs.Abi;

namespace HotplugFs.Engine;

/// <summary>How the device layer ended a request (the return value of device_online and device_offline).</summary>
public enum DeviceOutcome
{
    /// <summary>The device is now as requested.</summary>
    Done,

    /// <summary>The device was so already; nothing was done.</summary>
    Already,
}

/// <summary>
/// A request under way. It advances from one observable step to the next when its driver says so; the machine can be looked at in
/// between. Whoever drives it supplies time: the daemon runs it through, a simulation stops where it likes.
/// </summary>
/// <remarks>One operation at a time per machine (device_hotplug_lock); starting another before this one ended throws.</remarks>
public sealed class HotplugOperation
{
    private readonly IEnumerator<HotplugStep> _steps;

    internal HotplugOperation(Machine machine, Func<HotplugOperation, IEnumerable<HotplugStep>> steps)
    {
        machine.Begin(this);
        _steps = steps(this).GetEnumerator();
    }

    /// <summary>True once the outcome is known.</summary>
    public bool Ended { get; private set; }

    /// <summary>What it came to; meaningful when it ended.</summary>
    public Result<DeviceOutcome> Outcome { get; internal set; } = DeviceOutcome.Done;

    /// <summary>True if the caller was sent a signal.</summary>
    internal bool Interrupted { get; private set; }

    /// <summary>Goes on to the next step.</summary>
    /// <param name="step">The step reached.</param>
    /// <returns>False if it has ended instead.</returns>
    public bool Step(out HotplugStep step)
    {
        var more = !Ended && _steps.MoveNext();
        step = more ? _steps.Current : default;
        Ended = !more;
        return more;
    }

    /// <summary>Sends the caller a signal: an offline that is moving pages gives up with EINTR at its next step.</summary>
    public void Interrupt() => Interrupted = true;

    /// <summary>Runs it to its end.</summary>
    public Result<DeviceOutcome> Run()
    {
        while (Step(out _))
        {
        }
        return Outcome;
    }
}
