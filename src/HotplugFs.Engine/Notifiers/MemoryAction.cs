namespace HotplugFs.Engine.Notifiers;

/// <summary>The actions of the memory notifier chain (MEM_*).</summary>
public enum MemoryAction
{
    /// <summary>A block is about to come online; an error keeps it offline.</summary>
    GoingOnline,

    /// <summary>A block that was about to come online stays offline.</summary>
    CancelOnline,

    /// <summary>A block is online.</summary>
    Online,

    /// <summary>A block is about to go offline; an error keeps it online.</summary>
    GoingOffline,

    /// <summary>A block that was about to go offline stays online.</summary>
    CancelOffline,

    /// <summary>A block is offline.</summary>
    Offline,
}
