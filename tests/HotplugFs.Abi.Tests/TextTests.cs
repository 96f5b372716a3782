namespace HotplugFs.Abi.Tests;

public sealed class TextTests
{
    [Test]
    public void TextBuffer_Append_FormatsLikePrintf()
    {
        var text = new TextBuffer(1);
        text.Append("a"u8).Append('b').Append("c").Append(-5).AppendHex(0x20, 8).AppendPadded(7, 3).AppendPadded(1234, 2);
        Assert.That(text.ToString(), Is.EqualTo("abc-500000020  71234"));
        text.Truncate(3);
        Assert.That(text.ToString(), Is.EqualTo("abc"));
        text.Clear();
        Assert.That(text.Length, Is.Zero);
    }

    [TestCase("512M", 512L << 20)]
    [TestCase("1g", 1L << 30)]
    [TestCase("2T", 2L << 40)]
    [TestCase("134217728", 134217728L)]
    [TestCase("0x8000000", 0x8000000L)]
    public void ByteSize_TryParse_ReadsUnitsAndHexadecimal(string text, long expected)
    {
        Assert.That(ByteSize.TryParse(text, out var bytes));
        Assert.That(bytes, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("M")]
    [TestCase("-1")]
    [TestCase("1.5G")]
    [TestCase("1 G")]
    [TestCase("12X")]
    [TestCase("0x")]
    [TestCase("9223372036854775808")]
    [TestCase("99999999999P")]
    public void ByteSize_TryParse_RejectsOtherText(string text) => Assert.That(ByteSize.TryParse(text, out _), Is.False);

    [TestCase(0, "0")]
    [TestCase(512L << 20, "512M")]
    [TestCase(1536, "1536")]
    [TestCase(2048, "2K")]
    public void ByteSize_Format_UsesTheLargestUnitThatDivides(long bytes, string expected) =>
        Assert.That(ByteSize.Format(bytes), Is.EqualTo(expected));

    [Test]
    public void Errno_Member_HasNameAndText()
    {
        Assert.That((Errno.EINVAL.Name(), Errno.EINVAL.Text()), Is.EqualTo(("EINVAL", "Invalid argument")));
        Assert.That((((Errno)512).Name(), ((Errno)512).Text()), Is.EqualTo(("512", "Unknown error 512")));
        Assert.That(Enum.GetValues<Errno>().Where(errno => errno.Text().StartsWith("Unknown", StringComparison.Ordinal)), Is.Empty);
        Assert.That(ErrnoNames.TryParse("EBUSY", out var busy) && busy == Errno.EBUSY);
        Assert.That(ErrnoNames.TryParse("512", out var number) && (int)number == 512);
        foreach (var text in new[] { "EWHATEVER", "EPERM,ENOENT", "ebusy", "0", "-5", "4096" })
            Assert.That(ErrnoNames.TryParse(text, out _), Is.False, text);
    }

    [Test]
    public void Result_Success_HasNoError()
    {
        Assert.That(default(Result).IsOk);
        Assert.That(() => Result.Ok.Error, Throws.InvalidOperationException);
        Result<int> failed = Errno.EIO;
        Assert.That(() => failed.Value, Throws.InvalidOperationException);
        Assert.That(failed.TryGet(out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo(Errno.EIO));
        Result<int> succeeded = 5;
        Assert.That(succeeded.TryGet(out var value, out _) && value == 5);
        Assert.That(Result.Ok.Failed(out _), Is.False);
    }
}
