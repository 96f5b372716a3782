using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary><c>hotplugfs/clock</c> and <c>hotplugfs/migration_rate</c>: the machine's time, and the time that moving pages takes.</summary>
internal sealed class TimeFiles(Machine machine, MachineTime time)
{
    /// <summary>The longest step of a manual clock.</summary>
    private static readonly TimeSpan StepMax = TimeSpan.FromDays(1);

    /// <summary>Shows which clock it is, and the seconds since the machine started.</summary>
    public Result ShowClock(int obj, TextBuffer text)
    {
        text.Append(time.Manual is null ? "system "u8 : "manual "u8)
            .Append(time.Now.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture)).Append('\n');
        return Result.Ok;
    }

    /// <summary>Advances a manual clock by the time that is written.</summary>
    /// <returns>The bytes; EINVAL if the text is no time, EOPNOTSUPP if the clock is the system's.</returns>
    public Result<int> StoreClock(int obj, ReadOnlySpan<byte> text)
    {
        if (!TimeText.TryParse(Word(text), out var step) || step > StepMax)
        {
            machine.LogRefused("clock", text, "write a time of at most a day, such as 2s or 500ms");
            return Errno.EINVAL;
        }
        if (time.Manual is not { } clock)
        {
            machine.LogRefused("clock", text, "the clock is the system's; start the machine with --clock manual", RefusalRule.NotSupported);
            return Errno.EOPNOTSUPP;
        }
        clock.Advance(step);
        time.Follow();
        return text.Length;
    }

    /// <summary>Shows the rate as it can be written.</summary>
    public void AppendRate(int obj, TextBuffer text) => text.Append(machine.MigrationRate.ToString());

    /// <summary>Sets the rate, for a running offline, too.</summary>
    /// <returns>The bytes; EINVAL if the text is no rate.</returns>
    public Result<int> StoreRate(int obj, ReadOnlySpan<byte> text)
    {
        if (!MigrationRate.TryParse(Word(text), out var rate))
        {
            machine.LogRefused("migration_rate", text, $"write {MigrationRate.Form}");
            return Errno.EINVAL;
        }
        machine.MigrationRate = rate;
        return text.Length;
    }

    private static string Word(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(KernelText.UpToNul(text)).Trim();
}
