namespace HotplugFs.Abi.Tests;

public sealed class KernelTextTests
{
    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    [TestCase("online", true)]
    [TestCase("online\n", true)]
    [TestCase("online\0garbage", true)]
    [TestCase("online\n\0x", true)]
    [TestCase("online\n\n", false)]
    [TestCase("online ", false)]
    [TestCase(" online", false)]
    [TestCase("Online", false)]
    [TestCase("onlin", false)]
    [TestCase("", false)]
    public void Equal_Text_IsLikeSysfsStreq(string text, bool expected) =>
        Assert.That(KernelText.Equal(Bytes(text), "online"u8), Is.EqualTo(expected));

    [TestCase("1", true)]
    [TestCase("yes", true)]
    [TestCase("10", true)]
    [TestCase("online_movable", true)]
    [TestCase("0x1", false)]
    [TestCase("offline", false)]
    [TestCase("N", false)]
    public void ParseBool_Text_IsDecidedByTheFirstCharacters(string text, bool expected) =>
        Assert.That(KernelText.ParseBool(Bytes(text)).Value, Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("2")]
    [TestCase(" 1")]
    [TestCase("o")]
    [TestCase("ok")]
    [TestCase("true")]
    public void ParseBool_OtherText_IsEinval(string text) => Assert.That(KernelText.ParseBool(Bytes(text)).Error, Is.EqualTo(Errno.EINVAL));

    [TestCase("true", true)]
    [TestCase("F", false)]
    public void ParseBool_TrueOrFalse_IsAcceptedIfKnown(string text, bool expected) =>
        Assert.That(KernelText.ParseBool(Bytes(text), TruthWords.TrueFalse).Value, Is.EqualTo(expected));

    [TestCase("0", 0UL)]
    [TestCase("010", 8UL)]
    [TestCase("0x10", 16UL)]
    [TestCase("0X1f\n", 31UL)]
    [TestCase("+7", 7UL)]
    [TestCase("18446744073709551615", ulong.MaxValue)]
    public void ParseUnsigned_Number_IsLikeKstrtoull(string text, ulong expected) =>
        Assert.That(KernelText.ParseUnsigned(Bytes(text)).Value, Is.EqualTo(expected));

    [TestCase("", Errno.EINVAL)]
    [TestCase("0x", Errno.EINVAL)]
    [TestCase("08", Errno.EINVAL)]
    [TestCase("-1", Errno.EINVAL)]
    [TestCase("1 ", Errno.EINVAL)]
    [TestCase("1\n\n", Errno.EINVAL)]
    [TestCase("18446744073709551616", Errno.ERANGE)]
    [TestCase("0x10000000000000000", Errno.ERANGE)]
    [TestCase("99999999999999999999999999x", Errno.EINVAL)]
    public void ParseUnsigned_OtherText_Fails(string text, Errno expected) =>
        Assert.That(KernelText.ParseUnsigned(Bytes(text)).Error, Is.EqualTo(expected));

    [TestCase("-12", -12L)]
    [TestCase("-0x10\n", -16L)]
    [TestCase("-9223372036854775808", long.MinValue)]
    [TestCase("9223372036854775807", long.MaxValue)]
    public void ParseSigned_Number_IsLikeKstrtoll(string text, long expected) =>
        Assert.That(KernelText.ParseSigned(Bytes(text)).Value, Is.EqualTo(expected));

    [TestCase("9223372036854775808", Errno.ERANGE)]
    [TestCase("-9223372036854775809", Errno.ERANGE)]
    [TestCase("--1", Errno.EINVAL)]
    [TestCase(" -12", Errno.EINVAL)]
    public void ParseSigned_OtherText_Fails(string text, Errno expected) =>
        Assert.That(KernelText.ParseSigned(Bytes(text)).Error, Is.EqualTo(expected));

    [TestCase(new int[0], "")]
    [TestCase(new[] { 0 }, "0")]
    [TestCase(new[] { 0, 1, 2, 5, 7, 8 }, "0-2,5,7-8")]
    public void AppendList_Numbers_AreInTheKernelsFormat(int[] numbers, string expected)
    {
        var text = new TextBuffer();
        KernelText.AppendList(text, numbers);
        Assert.That(text.ToString(), Is.EqualTo(expected));
    }

    [TestCase("", 0)]
    [TestCase("x", 0)]
    [TestCase(" 12", 0)]
    [TestCase("12 ", 12)]
    [TestCase("0x1cZ", 0x1c)]
    [TestCase("0x", 0)]
    [TestCase("018", 1)]
    [TestCase("-12", -12)]
    [TestCase("-0xc", -12)]
    [TestCase("18446744073709551616", 0)]
    public void LeadingSigned_Text_IsTheNumberAtItsBeginning(string text, long expected) =>
        Assert.That(KernelText.LeadingSigned(Bytes(text)), Is.EqualTo(expected));

    [Test]
    public void LeadingUnsigned_KnowsNoSign() => Assert.That(KernelText.LeadingUnsigned(Bytes("-1")), Is.Zero);

    [TestCase("enable", true)]
    [TestCase("Ex", true)]
    [TestCase("d", false)]
    public void ParseBool_EnableOrDisable_IsAcceptedIfKnown(string text, bool expected)
    {
        Assert.That(KernelText.ParseBool(Bytes(text), TruthWords.EnableDisable).Value, Is.EqualTo(expected));
        Assert.That(KernelText.ParseBool(Bytes(text), TruthWords.TrueFalse).Error, Is.EqualTo(Errno.EINVAL));
    }

    [TestCase("-12", ErrorNumbers.Signed, -12)]
    [TestCase("-12 ", ErrorNumbers.Leading, -12)]
    [TestCase("0xfffffffffffffff4", ErrorNumbers.Unsigned, -12)]
    public void ParseError_IsParsedAsTheKernelDoes(string text, ErrorNumbers syntax, long expected) =>
        Assert.That(KernelText.ParseError(Bytes(text), syntax).Value, Is.EqualTo(expected));

    [TestCase("-12 ", ErrorNumbers.Signed)]
    [TestCase("-12", ErrorNumbers.Unsigned)]
    public void ParseError_OtherText_IsEinval(string text, ErrorNumbers syntax) =>
        Assert.That(KernelText.ParseError(Bytes(text), syntax).Error, Is.EqualTo(Errno.EINVAL));
}
