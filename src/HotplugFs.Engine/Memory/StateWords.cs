namespace HotplugFs.Engine.Memory;

/// <summary>The words of <see cref="OnlineType"/> and <see cref="MemoryBlockState"/>, for parsing and for formatting.</summary>
public static class StateWords
{
    private static readonly string[] Requests = ["online", "online_kernel", "online_movable", "offline"];
    private static readonly string[] States = ["offline", "online", "going-offline"];

    /// <summary>Every request, in the order of the enum.</summary>
    public static IReadOnlyList<OnlineType> AllRequests { get; } =
        [OnlineType.Online, OnlineType.OnlineKernel, OnlineType.OnlineMovable, OnlineType.Offline];

    /// <summary>Returns the word of a request.</summary>
    public static string Word(this OnlineType request) => Requests[(int)request];

    /// <summary>Returns the word that <c>state</c> shows.</summary>
    public static string Word(this MemoryBlockState state) => States[(int)state];
}
