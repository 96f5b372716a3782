using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

// The device layer of a block: what writing to `state` and `online` asks for (device_online, device_offline, memory_subsys_*).
public sealed partial class Machine
{
    /// <summary>
    /// Begins what writing a word to <c>state</c> asks for. An online request is remembered before anything is checked, so a refused
    /// one has its effect later (legacy.md 5), where the file <c>online</c> is there.
    /// </summary>
    /// <param name="id">A block that is present.</param>
    /// <param name="request">What the word asks for.</param>
    public HotplugOperation SetState(BlockId id, OnlineType request)
    {
        if (request == OnlineType.Offline)
            return new HotplugOperation(this, operation => DeviceOffline(operation, id));
        if (Profile.HasOnlineFile || !_blocks[id].Flags.HasFlag(BlockFlags.DeviceOnline))
            _blocks[id].Remembered = request;
        return new HotplugOperation(this, operation => DeviceOnline(operation, id));
    }

    /// <summary>Begins what writing a truth value to <c>online</c> asks for.</summary>
    /// <param name="id">A block that is present.</param>
    /// <param name="online">True to online it, by the remembered request.</param>
    public HotplugOperation SetOnline(BlockId id, bool online) =>
        new(this, operation => online ? DeviceOnline(operation, id) : DeviceOffline(operation, id));

    private IEnumerable<HotplugStep> DeviceOnline(HotplugOperation operation, BlockId id)
    {
        operation.Outcome = DeviceOutcome.Already;
        if (_blocks[id].Flags.HasFlag(BlockFlags.DeviceOnline))
        {
            Log($"{id}: {_blocks[id].Remembered.Word()} not done: it is online already; the request is remembered for the next online");
            yield break;
        }
        operation.Outcome = DeviceOutcome.Done;
        // Auto-online can have brought the block online behind the device's back; the device then only catches up.
        if (_blocks[id].State != MemoryBlockState.Online)
        {
            foreach (var step in OnlineBlock(operation, id, _blocks[id].Remembered))
                yield return step;
            _blocks[id].Remembered = OnlineType.Online;
        }
        if (!operation.Outcome.IsOk)
            yield break;
        _blocks[id].Flags |= BlockFlags.DeviceOnline;
        Tell(HotplugEventKind.BlockOnline, id.Number, this[id].Node);
    }

    private IEnumerable<HotplugStep> DeviceOffline(HotplugOperation operation, BlockId id)
    {
        operation.Outcome = DeviceOutcome.Already;
        if (!_blocks[id].Flags.HasFlag(BlockFlags.DeviceOnline))
        {
            Log(_blocks[id].State == MemoryBlockState.Online
                ? $"{id}: offline not done: it was onlined by auto_online_blocks and its device does not know; write online to state first"
                : $"{id}: offline not done: it is offline already");
            yield break;
        }
        operation.Outcome = DeviceOutcome.Done;
        if (_blocks[id].State != MemoryBlockState.Offline)
        {
            foreach (var step in OfflineBlock(operation, id))
                yield return step;
        }
        if (!operation.Outcome.IsOk)
            yield break;
        _blocks[id].Flags &= ~BlockFlags.DeviceOnline;
        Tell(HotplugEventKind.BlockOffline, id.Number, this[id].Node);
    }
}
