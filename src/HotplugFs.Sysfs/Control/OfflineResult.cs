using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/offline_result</c>: the result of an offline request that the rules allow, or the time that it takes. It simulates pages that
/// cannot be moved away: <c>echo EBUSY</c> for all blocks, <c>echo 43 EBUSY</c> for one, until the block is removed.
/// </summary>
internal sealed class OfflineResult
{
    private const string DefaultWord = "default";
    private const string SuccessWord = "success";

    /// <summary>The form of a setting, for messages.</summary>
    private const string Form = "EBUSY, EAGAIN, success, a time such as 2s or default for all blocks, or a block's number and one of these";

    private readonly Machine _machine;
    private readonly Func<MemoryBlock, Refusal?> _machineDecides;
    private readonly Func<MemoryBlock, MigrationRate> _machineRate;

    /// <summary>The setting of blocks without a separate one.</summary>
    private Setting _all;

    private SortedDictionary<int, Setting> _blocks = [];

    /// <param name="Result">The result; null leaves the decision to the machine.</param>
    /// <param name="Time">The time of an offline; null for the machine's rate.</param>
    private readonly record struct Setting(Result? Result, TimeSpan? Time);

    /// <summary>Replaces the machine's decision whether and how fast the pages of a block can be moved away.</summary>
    public OfflineResult(Machine machine)
    {
        _machine = machine;
        _machineDecides = machine.IsolatePages;
        machine.IsolatePages = Decide;
        _machineRate = machine.MigrationRateOf;
        machine.MigrationRateOf = block => Of(block).Time is { } time ? MigrationRate.Block(time) : _machineRate(block);
        machine.Changed += change =>
        {
            if (change is BlockRemoved { Block: var block })
                _blocks.Remove(block.Number);
        };
    }

    /// <summary>Shows the setting of all blocks, then one line for each block with a separate one.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        text.Append(Word(_all)).Append('\n');
        foreach (var (block, setting) in _blocks)
            text.Append(block).Append(' ').Append(Word(setting)).Append('\n');
        return Result.Ok;
    }

    /// <summary>
    /// Accepts one setting a line, all of them or none. A setting of all blocks drops the separate ones before it. Only a present block can
    /// have a separate one, so that there are never more than blocks.
    /// </summary>
    /// <returns>The bytes; EINVAL if a line is no setting, ENODEV if its block is not present.</returns>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var all = _all;
        var blocks = new SortedDictionary<int, Setting>(_blocks);
        foreach (var line in Encoding.UTF8.GetString(KernelText.UpToNul(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var single] && TryParse(single, out var setting))
            {
                all = setting;
                blocks.Clear();
            }
            else if (words is [var number, var word] && TryParse(word, out setting)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block))
            {
                if (!_machine.Blocks.Contains(block))
                {
                    _machine.LogRefused("offline_result", Encoding.UTF8.GetBytes(line), $"memory{block} is not present");
                    return Errno.ENODEV;
                }
                blocks[block] = setting;
            }
            else
            {
                _machine.LogRefused("offline_result", Encoding.UTF8.GetBytes(line), $"write {Form}");
                return Errno.EINVAL;
            }
        }
        _all = all;
        _blocks = blocks;
        return text.Length;
    }

    private Refusal? Decide(MemoryBlock block)
    {
        if (Of(block).Result is not { } result)
            return _machineDecides(block);
        var which = _blocks.ContainsKey(block.Id.Number) ? "this block" : "all blocks";
        return result.Failed(out var error) ? new Refusal(error, $"hotplugfs/offline_result is {error.Name()} for {which}") : null;
    }

    private Setting Of(in MemoryBlock block) => _blocks.GetValueOrDefault(block.Id.Number, _all);

    private static bool TryParse(string word, out Setting setting)
    {
        var isTime = TimeText.TryParse(word, out var time) && time <= MigrationRate.PerBlockMax;
        Result? result = word switch
        {
            nameof(Errno.EBUSY) => (Result)Errno.EBUSY,
            nameof(Errno.EAGAIN) => (Result)Errno.EAGAIN,
            SuccessWord => Result.Ok,
            _ => null,
        };
        setting = new Setting(result, isTime ? time : null);
        return isTime || result is not null || word == DefaultWord;
    }

    private static string Word(Setting setting) => setting switch
    {
        { Time: { } time } => TimeText.Format(time),
        { Result: { IsOk: true } } => SuccessWord,
        { Result: { Error: var error } } => error.Name(),
        _ => DefaultWord,
    };
}
