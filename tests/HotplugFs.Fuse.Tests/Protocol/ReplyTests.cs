using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Protocol;

public sealed class ReplyTests
{
    private readonly Reply _reply = new(4096);

    [SetUp]
    public void SetUp() => _reply.Begin(0x0102);

    [Test]
    public void Complete_NothingAnswered_IsEio()
    {
        Assert.That(_reply.Complete(), Is.False);
        Assert.That(
            _reply.Bytes.ToArray(),
            Is.EqualTo(new byte[]
            {
                16, 0, 0, 0, // length
                0xFB, 0xFF, 0xFF, 0xFF, // -5, EIO
                2, 1, 0, 0, 0, 0, 0, 0, // unique
            }));
    }

    [Test]
    public void Error_IsNegated()
    {
        _reply.Error(Errno.ENODEV);
        Assert.That(_reply.Complete(), Is.True);
        Assert.That(_reply.Bytes[4..8].ToArray(), Is.EqualTo(new byte[] { 0xED, 0xFF, 0xFF, 0xFF }));
    }

    [TestCase(511, -511)]
    [TestCase(512, -(int)Errno.EIO)]
    [TestCase(4095, -(int)Errno.EIO)]
    public void Error_BeyondTheKernelsLimit_IsEio(int error, int expected)
    {
        _reply.Error((Errno)error);
        Assert.That(BitConverter.ToInt32(_reply.Bytes[4..8]), Is.EqualTo(expected));
    }

    [Test]
    public void Ok_Bytes_FollowTheHeader()
    {
        _reply.Ok("ab"u8);
        Assert.That(
            _reply.Bytes.ToArray(),
            Is.EqualTo(new byte[] { 18, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, (byte)'a', (byte)'b' }));
    }

    [Test]
    public void Answer_Twice_Throws()
    {
        _reply.Ok();
        Assert.That(() => _reply.Ok(), Throws.InvalidOperationException);
        Assert.That(() => _reply.Error(Errno.EIO), Throws.InvalidOperationException);
        Assert.That(() => _reply.NoReply(), Throws.InvalidOperationException);
    }

    [Test]
    public void Fail_AfterAnAnswer_IsEioWithoutPayload()
    {
        _reply.Ok("abc"u8);
        _reply.Fail();
        Assert.That(_reply.Bytes.Length, Is.EqualTo(16));
        Assert.That(_reply.Bytes[4], Is.EqualTo(0xFB));
    }

    [Test]
    public void Begin_AfterAnotherRequest_StartsANewReply()
    {
        _reply.NoReply();
        _reply.Handle = 3;
        _reply.Begin(7);
        Assert.That(_reply.IsNoReply, Is.False);
        Assert.That(_reply.Handle, Is.Null);
        Assert.That(_reply.Complete(), Is.False);
    }

    [Test]
    public void GetSpan_BeyondTheCapacity_IsLimited() => Assert.That(_reply.GetSpan(uint.MaxValue).Length, Is.EqualTo(4096));
}
