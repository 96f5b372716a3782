using HotplugFs.Engine;

namespace HotplugFs.Sysfs.Uevents;

/// <summary>
/// Makes uevents from what happens to the machine, in the kernel's order (modern.md, "uevents"; recordings <c>*-g-uevents*</c>): a block
/// comes and goes, goes online and offline; a node comes with its first block and goes with its last.
/// </summary>
/// <param name="machine">The machine.</param>
public sealed class UeventSource(Machine machine)
{
    private long _sequence;

    /// <summary>A message is due. The tree shows what it tells of when the request that caused it is answered.</summary>
    public event Action<UeventMessage>? Sent;

    /// <summary>Sends what an event of the engine calls for.</summary>
    /// <param name="happened">The event.</param>
    internal void Follow(HotplugEvent happened)
    {
        switch (happened)
        {
            case BlockAdded { Block: var block }:
                SendBlock("add", block.Number);
                break;
            case BlockRemoved { Block: var block }:
                SendBlock("remove", block.Number);
                break;
            case BlockOnline { Block: var block }:
                SendBlock("online", block.Number);
                break;
            case BlockOffline { Block: var block }:
                SendBlock("offline", block.Number);
                break;
            case NodeAdded(var node):
                Send("add", NodePath(node.Number), "node");
                break;
            case NodeRemoved(var node):
                Send("remove", NodePath(node.Number), "node");
                break;
            case DimmAdded when machine.Profile.PlugEndsWithContainerEvent:
                Send("online", "/devices/system/container/PNP0A06:04", "container");
                break;
            default:
                break;
        }
    }

    /// <summary>The path of a block's device.</summary>
    internal static string BlockPath(int number) => $"/devices/system/memory/memory{number}";

    /// <summary>The path of a node's device.</summary>
    internal static string NodePath(int number) => $"/devices/system/node/node{number}";

    /// <summary>Sends a message.</summary>
    internal void Send(string action, string devPath, string subsystem, IReadOnlyList<string>? extra = null) =>
        Sent?.Invoke(new UeventMessage(action, devPath, subsystem, ++_sequence) { Extra = extra ?? [] });

    private void SendBlock(string action, int number) => Send(action, BlockPath(number), "memory");
}
