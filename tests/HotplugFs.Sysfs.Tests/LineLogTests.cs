using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

public sealed class LineLogTests
{
    [Test]
    public void ReadAt_WithinTheLog_ReturnsItsBytes()
    {
        var log = new LineLog();
        log.Add("first");
        log.Add("second");
        var buffer = new byte[64];
        var count = log.ReadAt(6, buffer);
        Assert.That(Encoding.UTF8.GetString(buffer, 0, count), Is.EqualTo("second\n"));
    }

    [Test]
    public void Add_MoreThanFits_DropsWholeLinesOldestFirst()
    {
        var log = new LineLog();
        for (var i = 0; i < 100_000; i++)
            log.Add($"line {i} of many");
        Assert.That(log.End - log.Start, Is.LessThanOrEqualTo(LineLog.CapacityBytes).And.GreaterThan(LineLog.CapacityBytes - 100));
        var buffer = new byte[LineLog.CapacityBytes];
        var text = Encoding.UTF8.GetString(buffer, 0, log.ReadAt(log.Start, buffer));
        Assert.That(text, Does.StartWith("line ").And.EndsWith("line 99999 of many\n"));
    }
}
