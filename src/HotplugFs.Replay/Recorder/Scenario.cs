namespace HotplugFs.Replay.Recorder;

/// <summary>The requests that a recording makes to the named blocks.</summary>
internal static class Scenario
{
    /// <summary>Makes all requests to a single block.</summary>
    /// <param name="request">Writes words to a file of the block.</param>
    public static void OneBlock(Action<string, string[]> request)
    {
        void State(params string[] words) => request("state", words);
        void Online(params string[] words) => request("online", words);
        State("offline\n", "offline\n");
        foreach (var word in new[] { "online", "online_kernel", "online_movable" })
        {
            State(word);
            State(word, "online", "online_movable", "online_kernel");
            State("offline");
            // The effect of a request to a block that was already online.
            Online("1", "1");
            Online("0", "0");
        }
        State("ONLINE", "online ", " online", "online\n\n", "onlin", "online_", "online_keep", "onlinefoo", "1", "\n", "offline_", "Offline\n");
        State("offline\n");
        Online("2", "on", "of", "x", " 1", "offline");
        State("offline\n");
    }

    /// <summary>Onlines all blocks in both orders with each word, and offlines them again.</summary>
    /// <param name="request">Writes a word to <c>state</c> of a block.</param>
    public static void Together(IReadOnlyList<int> blocks, Action<int, string> request)
    {
        foreach (var word in new[] { "online_movable", "online_kernel", "online" })
        {
            foreach (var order in new[] { blocks, [.. blocks.Reverse()] })
            {
                foreach (var block in order)
                    request(block, word);
                foreach (var block in blocks)
                    request(block, "offline");
            }
        }
    }
}
