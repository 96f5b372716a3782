using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>The directory that the command starts in, which may be one of the real machine's.</summary>
internal sealed class StartingDirectory
{
    private readonly string _path = File.ResolveLinkTarget("/proc/self/cwd", returnFinalTarget: false)!.FullName;

    /// <summary>
    /// Goes there again by its name, for what it was may be covered now. One that has no name any more, or whose name this user may not
    /// follow, is kept as it is; nothing that is covered is like that, unless the machine does not have it.
    /// </summary>
    /// <exception cref="RunException">The command would start in a directory of the real machine's.</exception>
    public void EnterAgain()
    {
        if (Interop.ChDir(_path) != 0 && MachinePlaces.AreNear(_path))
        {
            var error = (Errno)Marshal.GetLastPInvokeError();
            throw new RunException($"the current directory, {_path}, is not one of the simulated machine's: {error.Text()}");
        }
    }
}
