namespace HotplugFs.Simulator.Kernel;

/// <summary>What the notifier thread still owes for one request.</summary>
internal sealed class DeferredWork
{
    public bool HasChanges { get; init; }

    public bool HasAction { get; set; }

    /// <summary>True if the action fails.</summary>
    public bool ActionThrows { get; set; }

    /// <summary>The request that waits for its reply; null if its reply is sent already or not due yet.</summary>
    public Call? Call { get; set; }

    /// <summary>The pollers to wake.</summary>
    public List<ulong> WakeUps { get; } = [];

    public bool IsDone => !HasAction && WakeUps.Count == 0 && Call is null or { IsAnswered: true };
}
