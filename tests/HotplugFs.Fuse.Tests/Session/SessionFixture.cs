using HotplugFs.Fuse.Session;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>A session that serves the demo tree on a channel without a kernel.</summary>
public abstract class SessionFixture
{
    internal DemoTree Demo { get; set; } = null!;

    internal ByteChannel Channel { get; private set; } = null!;

    [SetUp]
    public void SetUp()
    {
        Demo = new DemoTree(1, 33);
        Channel = new ByteChannel();
    }

    [TearDown]
    public void TearDown() => Channel.Dispose();

    protected ulong Node(string path) => Demo.Tree.Find(path).Value.Value;

    /// <summary>Serves all requests of the channel.</summary>
    protected FuseSession Run(FuseSessionOptions? options = null)
    {
        options ??= new FuseSessionOptions { Log = TestContext.Out.WriteLine, PostCommitActions = Demo.TakePostCommitAction };
        var session = new FuseSession(Channel, Demo.Tree, options);
        session.Run();
        return session;
    }
}
