using HotplugFs.Fuse.Mount;
using HotplugFs.Fuse.Session;

namespace HotplugFs.Fuse.Tests;

/// <summary>
/// The test assembly as a program: <c>serve DIR</c> mounts the demo tree and serves it until it is unmounted, <c>unmount DIR</c>
/// unmounts it. Tests start it as another user or in separate namespaces.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        try
        {
            if (arguments is ["unmount", var mounted])
                FuseMount.Unmount(mounted);
            else if (arguments is ["serve", var directory])
                return Serve(directory);
            return 0;
        }
        catch (FuseException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static int Serve(string directory)
    {
        var demo = new DemoTree(1, 33);
        using var mount = FuseMount.Create(directory);
        var session = new FuseSession(
            mount.Channel,
            demo.Tree,
            new FuseSessionOptions { Log = Console.Error.WriteLine, Ready = () => Console.WriteLine("ready") });
        session.Run();
        Console.WriteLine($"ended with {session.HandlerFaults} faults");
        return session.HandlerFaults == 0 ? 0 : 1;
    }
}
