using HotplugFs.Engine.Faults;
using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/offline_result</c>: the faults that act on each offline of all blocks, or of one until it is removed, in short words:
/// <c>echo EBUSY</c> for all blocks, <c>echo 43 EBUSY</c> for one. <c>hotplugfs/faults</c> lists them, too.
/// </summary>
internal sealed class OfflineResult(Machine machine)
{
    private const string DefaultWord = "default";
    private const string SuccessWord = "success";

    /// <summary>The form of a setting, for messages.</summary>
    private const string Form = "EBUSY, EAGAIN, success, a time such as 2s or default for all blocks, or a block's number and one of these";

    /// <summary>Shows the setting of all blocks, then one line for each block with a separate one.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        var settings = machine.Faults.Where(IsSetting).Select(fault => fault.Rest).ToList();
        text.Append(Word(settings.Find(setting => setting.Target.IsAny)?.Outcome ?? default)).Append('\n');
        foreach (var setting in settings.Where(setting => setting.UntilRemoved).OrderBy(setting => setting.Target.Blocks!.Value.First))
            text.Append(setting.Target.Blocks!.Value.First).Append(' ').Append(Word(setting.Outcome)).Append('\n');
        return Result.Ok;
    }

    /// <summary>
    /// Accepts one setting a line, all of them or none. A setting of all blocks drops the separate ones before it. Only a present block can
    /// have a separate one.
    /// </summary>
    /// <returns>The bytes; EINVAL if a line is no setting, ENODEV if its block is not present, ENOSPC if there are too many faults.</returns>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var settings = new List<FaultDefinition>();
        foreach (var line in Encoding.UTF8.GetString(KernelText.UpToNul(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Parse(line).TryGet(out var setting, out var error))
                return error;
            settings.Add(setting);
        }
        if (machine.Faults.Count + settings.Count > FaultList.CountMax)
        {
            machine.LogRefused("offline_result", text, $"there would be more than {FaultList.CountMax} faults; clear some in hotplugfs/faults",
                RefusalRule.TooMany);
            return Errno.ENOSPC;
        }
        foreach (var setting in settings)
            Set(setting);
        return text.Length;
    }

    private Result<FaultDefinition> Parse(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is [var single] && TryParse(single, out var outcome))
            return new FaultDefinition(FaultTarget.Any, FaultPoint.Offline, outcome);
        if (words is [var number, var word] && TryParse(word, out outcome)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block))
        {
            if (machine.Blocks.Contains(block))
                return new FaultDefinition(FaultTarget.Block(block), FaultPoint.Offline, outcome) { UntilRemoved = true };
            machine.LogRefused("offline_result", Encoding.UTF8.GetBytes(line), $"memory{block} is not present", RefusalRule.NotFound);
            return Errno.ENODEV;
        }
        machine.LogRefused("offline_result", Encoding.UTF8.GetBytes(line), $"write {Form}");
        return Errno.EINVAL;
    }

    /// <summary>Replaces the settings before it. That of one block is tried before that of all.</summary>
    private void Set(FaultDefinition setting)
    {
        machine.Faults.Remove(fault => IsSetting(fault) && (setting.Target.IsAny || fault.Rest.Target == setting.Target));
        if (setting.Target.IsAny && setting.Outcome == default)
            return;
        var index = machine.Faults.TakeWhile(fault => !(IsSetting(fault) && fault.Rest.Target.IsAny)).Count();
        machine.Faults.Add(setting, index);
    }

    private static bool IsSetting(Fault fault) =>
        fault.Rest is { Point: FaultPoint.Offline, IsStanding: true } rest && (rest.Target.IsAny || rest.UntilRemoved);

    private static bool TryParse(string word, out FaultOutcome outcome)
    {
        var isTime = TimeText.TryParse(word, out var time) && time <= MigrationRate.PerBlockMax;
        Result? result = word switch
        {
            nameof(Errno.EBUSY) => (Result)Errno.EBUSY,
            nameof(Errno.EAGAIN) => (Result)Errno.EAGAIN,
            SuccessWord => Result.Ok,
            _ => null,
        };
        outcome = new FaultOutcome(result, isTime ? time : null);
        return isTime || result is not null || word == DefaultWord;
    }

    private static string Word(FaultOutcome outcome) => outcome switch
    {
        { Time: { } time } => TimeText.Format(time),
        { IsSuccess: true } => SuccessWord,
        { Error: { } error } => error.Name(),
        _ => DefaultWord,
    };
}
