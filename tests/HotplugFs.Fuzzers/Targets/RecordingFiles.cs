using HotplugFs.Machines;
using HotplugFs.Replay;
using HotplugFs.Replay.Playback;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Fuzzers.Targets;

/// <summary>Recordings, as text or compressed: what is accepted is replayed.</summary>
internal sealed class RecordingFiles : FuzzTarget
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("hotplugfs-fuzz").FullName;

    public RecordingFiles() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    public override string Name => "recording";

    public override IReadOnlyList<byte[]> Tokens { get; } = Texts(
        "{\"op\":\"write\",\"path\":\"memory40/state\",\"data\":\"online\",\"err\":null}\n",
        "{\"op\":\"plug\",\"id\":\"d\",\"node\":1,\"size\":134217728,\"err\":null}\n", "{\"op\":\"unplug\",\"id\":\"dimm0\",\"err\":null}\n",
        "\"snap\":null", "null", "\"err\":\"EBUSY\"", "\"err\":600", "[]", "{}", "\"\"", "\n", ",", "\"blocks\":{\"2147483647\":",
        "\"kernel\":\"9.9\"");

    public override void Run(ReadOnlySpan<byte> input)
    {
        Messages++;
        var isCompressed = input is [0x1f, 0x8b, ..];
        var path = Path.Combine(Folder, isCompressed ? "fuzz.jsonl.gz" : "fuzz.jsonl");
        File.WriteAllBytes(path, input);
        try
        {
            Replayer.Replay(Trace.Read(path), new ReplayReport());
        }
        catch (Exception expected) when (expected is MachineFileException or ReplayException)
        {
            // The program reports both.
            return;
        }
    }
}
