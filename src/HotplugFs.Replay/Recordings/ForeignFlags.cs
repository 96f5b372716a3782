using System.Text.Json;

namespace HotplugFs.Replay.Recordings;

/// <summary>
/// Translates flags of open(2). The recorder passed the numbers of x86, which on ppc64le mean other flags: what it calls O_DIRECTORY was
/// O_LARGEFILE there, O_NOFOLLOW was O_DIRECT, O_DIRECT was O_DIRECTORY, and O_TMPFILE lacked O_DIRECTORY.
/// </summary>
internal static class ForeignFlags
{
    /// <summary>What is left of O_TMPFILE without O_DIRECTORY, which the kernel refuses.</summary>
    public const string HalfTmpfile = "__O_TMPFILE";

    private const string None = "O_RDONLY";

    /// <summary>Returns a call with the flags that the recorded kernel saw.</summary>
    public static JsonElement Translate(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Array || FlagsOf(call) is not { } index || index >= call.GetArrayLength())
            return call;
        string[] items = [.. call.EnumerateArray().Select((item, at) => at == index ? $"\"{Words(item.ToString())}\"" : item.GetRawText())];
        return JsonElement.Parse($"[{string.Join(',', items)}]");
    }

    private static int? FlagsOf(JsonElement call) => call.GetArrayLength() == 0 ? null : call[0].ToString() switch
    {
        "open" => 2,
        "kopen" => 3,
        _ => null,
    };

    private static string Words(string flags) => string.Join('|', flags.Split('|').Select(word => word switch
    {
        "O_DIRECTORY" => None,
        "O_NOFOLLOW" => "O_DIRECT",
        "O_DIRECT" => "O_DIRECTORY",
        "O_TMPFILE" => HalfTmpfile,
        _ => word,
    }));
}
