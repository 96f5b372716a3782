using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Bridge;

/// <summary>Answers one request.</summary>
/// <param name="bridge">The tree as the kernel sees it.</param>
/// <param name="request">The request; its body is at least as long as the operation's row says.</param>
/// <param name="reply">To be answered exactly once.</param>
internal delegate void Handler(TreeBridge bridge, Request request, Reply reply);

/// <summary>One row of the table of operations.</summary>
/// <param name="Opcode">What the kernel asks for.</param>
/// <param name="Name">Its name in the protocol.</param>
/// <param name="MinimalSize">Least bytes behind the header.</param>
/// <param name="Handler">Answers it.</param>
internal sealed record Operation(Opcode Opcode, string Name, int MinimalSize, Handler Handler);
