using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Tests;

public sealed class OpenWordsTests
{
    [TestCase("O_RDONLY", 0)]
    [TestCase("O_WRONLY|O_CREAT|O_EXCL", 0xC1)]
    [TestCase("O_RDWR|O_APPEND|O_SYNC", 0x101402)]
    public void Parse_KnownFlags_ReturnsTheKernelsNumbers(string words, int expected) => Assert.That(OpenWords.Parse(words), Is.EqualTo(expected));

    [Test]
    public void Parse_UnknownFlag_NamesIt() =>
        Assert.That(() => OpenWords.Parse("O_RDONLY|O_NOSUCH"), Throws.TypeOf<FormatException>().With.Message.Contains("O_NOSUCH"));
}
