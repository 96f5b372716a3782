namespace HotplugFs.Engine.Notifiers;

/// <summary>
/// The notifier that refuses on demand (lib/memory-notifier-error-inject.c), driven by the files
/// <c>notifier-error-inject/memory/actions/MEM_GOING_{ONLINE,OFFLINE}/error</c>.
/// </summary>
public sealed class NotifierErrorInjection : IMemoryNotifier
{
    private readonly int[] _errors = new int[2];

    /// <inheritdoc/>
    public int Priority => 0;

    /// <inheritdoc/>
    public string Name => "notifier-error-inject";

    /// <summary>The injected error of an action: 0 for none, otherwise a negative errno, -4095 to -1. Other values are clamped.</summary>
    /// <param name="action"><see cref="MemoryAction.GoingOnline"/> or <see cref="MemoryAction.GoingOffline"/>.</param>
    public int this[MemoryAction action]
    {
        get => _errors[Index(action)];
        set => _errors[Index(action)] = Math.Clamp(value, -4095, 0);
    }

    /// <inheritdoc/>
    public Result Notify(MemoryAction action, in MemoryNotify argument)
    {
        if (action is not (MemoryAction.GoingOnline or MemoryAction.GoingOffline) || this[action] == 0)
            return Result.Ok;
        return (Errno)(-this[action]);
    }

    private static int Index(MemoryAction action) => action switch
    {
        MemoryAction.GoingOnline => 0,
        MemoryAction.GoingOffline => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "errors are injected into GoingOnline and GoingOffline only"),
    };

    internal void Transfer(StateStream state) => state.Raw(_errors.AsSpan());
}
