namespace HotplugFs.Sysfs.Control;

/// <summary>The state of a machine and its files as bytes.</summary>
internal interface ISavedState
{
    /// <summary>Saves the state as it is. No operation waits.</summary>
    byte[] Save();

    /// <summary>Makes the state that the machine had at its start.</summary>
    byte[] SaveStart();

    /// <summary>Gives machine and files a state. Operations that wait end with EINTR.</summary>
    void Restore(byte[] state);
}
