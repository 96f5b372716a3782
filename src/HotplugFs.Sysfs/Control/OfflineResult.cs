using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/offline_result</c>: the result of an offline request that the rules allow. It simulates pages that cannot be moved away:
/// <c>echo EBUSY</c> for all blocks, <c>echo 43 EBUSY</c> for one, until the block is removed.
/// </summary>
internal sealed class OfflineResult
{
    private const string DefaultWord = "default";
    private const string SuccessWord = "success";

    /// <summary>The form of a setting, for messages.</summary>
    private const string Form = "EBUSY, EAGAIN, success or default for all blocks, or a block's number and one of these";

    private readonly Machine _machine;
    private readonly Func<MemoryBlock, Refusal?> _machineDecides;

    /// <summary>The setting of blocks without a separate one; null leaves the decision to the machine.</summary>
    private Result? _all;

    private SortedDictionary<int, Result?> _blocks = [];

    /// <summary>Replaces the machine's decision whether the pages of a block can be moved away.</summary>
    public OfflineResult(Machine machine)
    {
        _machine = machine;
        _machineDecides = machine.IsolatePages;
        machine.IsolatePages = Decide;
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
        foreach (var (block, result) in _blocks)
            text.Append(block).Append(' ').Append(Word(result)).Append('\n');
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
        var blocks = new SortedDictionary<int, Result?>(_blocks);
        foreach (var line in Encoding.UTF8.GetString(KernelText.UpToNul(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var single] && TryParse(single, out var result))
            {
                all = result;
                blocks.Clear();
            }
            else if (words is [var number, var word] && TryParse(word, out result)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block))
            {
                if (!_machine.Blocks.Contains(block))
                {
                    _machine.LogRefused("offline_result", Encoding.UTF8.GetBytes(line), $"memory{block} is not present");
                    return Errno.ENODEV;
                }
                blocks[block] = result;
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
        var hasOwn = _blocks.TryGetValue(block.Id.Number, out var own);
        if ((hasOwn ? own : _all) is not { } result)
            return _machineDecides(block);
        return result.Failed(out var error)
            ? new Refusal(error, $"hotplugfs/offline_result is {error.Name()} for {(hasOwn ? "this block" : "all blocks")}")
            : null;
    }

    private static bool TryParse(string word, out Result? result)
    {
        result = word switch
        {
            nameof(Errno.EBUSY) => (Result)Errno.EBUSY,
            nameof(Errno.EAGAIN) => (Result)Errno.EAGAIN,
            SuccessWord => Result.Ok,
            _ => null,
        };
        return result is not null || word == DefaultWord;
    }

    private static string Word(Result? result) => result switch
    {
        null => DefaultWord,
        { IsOk: true } => SuccessWord,
        { Error: var error } => error.Name(),
    };
}
