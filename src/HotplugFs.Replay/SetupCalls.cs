namespace HotplugFs.Replay;

/// <summary>Calls that prepared the recorded machine and are no calls on its files.</summary>
internal static class SetupCalls
{
    /// <summary>Returns why a call is not repeated; null for any other call.</summary>
    public static string? WhyNotRepeated(string call) => call switch
    {
        "insmod" => "insmod: loads a module of the recorded kernel",
        "rmmod" => "rmmod: unloads a module of the recorded kernel",
        "eat" => "eat: uses up the memory of the recorded machine",
        _ => null,
    };
}
