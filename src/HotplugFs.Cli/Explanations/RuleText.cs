using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Explanations;

/// <summary>What a rule means, for every rule by which requests are refused or ignored.</summary>
/// <param name="Meaning">Why there is the rule, and which kernels have it; sentences.</param>
/// <param name="Instead">What to do in its place; a sentence.</param>
/// <param name="Document">The document that describes it, below the repository.</param>
/// <param name="Section">The heading in the document.</param>
internal sealed record RuleText(string Meaning, string Instead, string Document, string Section)
{
    private const string Kernels = "docs/kernels.md";

    private static readonly Dictionary<RefusalRule, RuleText> Texts = new()
    {
        [RefusalRule.NotAtBoundary] = new(
            "Up to 4.12 the zones of a node follow each other, so only the block at the boundary of two zones can move between them; offline "
                + "blocks and holes count.",
            "Choose the block at the end of the zone, or online the blocks between in the same zone first.", Kernels, "Zone moves up to 4.12"),
        [RefusalRule.ZoneBetween] = new(
            "Up to 4.12 a block cannot skip a zone that lies between the two and has been in use, even if that zone is empty now.",
            "Request the zone next to the block's own.", Kernels, "Zone moves up to 4.12"),
        [RefusalRule.NeedsNormalMemory] = new(
            "Up to 4.12, unless movable_node is set, a node needs online memory that the kernel can use before its movable blocks.",
            "Write online_kernel to another block of the node first, or start the machine with --movable-node.",
            Kernels, "Online checks up to 4.12"),
        [RefusalRule.LastNormalMemory] = new(
            "Up to 4.12, unless movable_node is set, the last memory of a node that the kernel can use stays online while the node has "
                + "movable memory online.",
            "Offline the movable blocks of the node first.", Kernels, "Blocks that can go offline"),
        [RefusalRule.SeveralZones] = new(
            "The kernel offlines a block only if all its pages are in one zone. Boot memory can straddle the boundary of two zones, or of two "
                + "nodes, which have zones of their own.",
            "Choose a block that lies in one zone of one node.", Kernels, "Blocks that can go offline"),
        [RefusalRule.NotRam] = new(
            "Since 5.5 a block with a hole, which is memory that is not RAM, cannot go offline.", "Choose a block without holes.",
            Kernels, "Blocks that can go offline"),
        [RefusalRule.PageRetired] = new(
            "A memory error retired a page. Some kernels do not bring its block online again, and refuse to retire the page twice.",
            "Leave the block offline, or replace the DIMM: a new block has no retired page.", Kernels, "Retired pages"),
        [RefusalRule.UnmovablePages] = new(
            "Pages that the kernel uses, that are pinned, or on some kernels huge, cannot be moved away, so their block stays online. Zone "
                + "Movable exists to keep the kernel's pages out.",
            "Stop what uses the pages, or offline a block of zone Movable.", Kernels, "Moving pages"),
        [RefusalRule.NoRoom] = new(
            "The pages of a block that goes offline need free pages elsewhere.", "Free memory, or online another block first.",
            Kernels, "Moving pages"),
        [RefusalRule.TimedOut] = new(
            "Up to 4.14 an offline gives up after 120 seconds.", "Find what holds the pages, or repeat the request.", Kernels, "Moving pages"),
        [RefusalRule.Signal] = new(
            "A signal to the writer ends an offline that waits for pages.", "Repeat the request and wait for its end.", Kernels, "Offlining"),
        [RefusalRule.Notifier] = new(
            "A driver that is told of the change refused. Here it is the file error below notifier-error-inject.",
            "Write 0 to that file.", Kernels, "Notifier chain"),
        [RefusalRule.Fault] = new(
            "A fault is injected; no rule of the kernel forbids the request.", "End the fault: hotplugfs fault --clear all.",
            "docs/faults.md", "Faults"),
        [RefusalRule.AlreadyOnline] = new(
            "The block is in the requested state, so nothing happens. Depending on the kernel the write fails with EINVAL, takes one byte, "
                + "or succeeds.",
            "To change its zone, offline the block first.", Kernels, "Requests for the current state"),
        [RefusalRule.AlreadyOffline] = new(
            "The block is in the requested state, so nothing happens. Depending on the kernel the write fails with EINVAL, takes one byte, "
                + "or succeeds.",
            "Nothing needs to be done.", Kernels, "Requests for the current state"),
        [RefusalRule.BlockStaysOnline] = new(
            "A DIMM can be unplugged only when all its blocks are offline, and one of them refused.",
            "Offline its blocks one by one: the refused write has the reason.", Kernels, "Removing memory"),
        [RefusalRule.OnlineWithoutDevice] = new(
            "From 4.7 to 4.10 auto_online_blocks onlines a block but not its device, which then counts as offline.",
            "Write online to state first; it only sets the flag.", Kernels, "auto_online_blocks"),
        [RefusalRule.NotAligned] = new(
            "Memory is added in whole blocks, and DIMMs begin where a block begins.", "Use a multiple of the block size.",
            Kernels, "Adding memory"),
        [RefusalRule.OutOfRange] = new(
            "The address or the size is beyond what the machine or the device can have.", "Choose a lower address or a smaller size.",
            Kernels, "Adding memory"),
        [RefusalRule.Taken] = new(
            "The name or the address belongs to something else.", "Choose another one, or leave it out.", Kernels, "Adding memory"),
        [RefusalRule.NotFound] = new(
            "There is no such block, node, device or load.", "Look at hotplugfs map and hotplugfs load for what there is.",
            Kernels, "Removing memory"),
        [RefusalRule.MemoryOffline] = new(
            "Only pages of online memory can be retired.", "Online the block first.", Kernels, "Retired pages"),
        [RefusalRule.NotEnoughMemory] = new(
            "The request needs more free memory than there is: loads need pages, and added memory needs descriptors of its pages.",
            "Online more memory or stop a load first.", Kernels, "Page descriptors"),
        [RefusalRule.StillInUse] = new(
            "A device with memory cannot be removed.", "Resize it to 0 first.", Kernels, "virtio-mem"),
        [RefusalRule.NotSupported] = new(
            "This kernel, or this machine, does not have what the request needs.", "Choose another kernel: hotplugfs kernels.",
            Kernels, "Features by kernel"),
        [RefusalRule.TooMany] = new(
            "There are as many as there can be.", "Remove one first.", "docs/faults.md", "Faults"),
        [RefusalRule.OperationWaits] = new(
            "An operation is under way and waits, such as a slow offline, and its state cannot be saved.",
            "Wait until the operation ends, or end it with a signal.", "docs/state.md", "Checkpoints"),
        [RefusalRule.StateRestored] = new(
            "The machine was set back to a checkpoint while the write waited, so what it waited for no longer exists.",
            "Repeat the request.", "docs/state.md", "Checkpoints"),
        [RefusalRule.InvalidText] = new(
            "The file does not accept the text.", "Write one of the words that the reason names.", Kernels, "Words of state"),
    };

    /// <summary>Finds what there is to state about a rule.</summary>
    public static RuleText Of(RefusalRule rule) => Texts[rule];
}
