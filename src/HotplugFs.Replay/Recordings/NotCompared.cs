using System.Text.Json;

namespace HotplugFs.Replay.Recordings;

/// <summary>The fields of recordings that replaying does not compare, with the reasons.</summary>
/// <remarks>tests/recordings/README.md has the same table.</remarks>
public static class NotCompared
{
    private const string AboutTheRecording = "describes how the recording was made";
    private const string AboutTheMachine = "a setting of the recorded machine; the other fields of the header show its effects";
    private const string TheEmulator = "the message of the emulator about a refusal; err shows it";
    private const string TimeOfTheRecording = "the time of the recording";

    /// <summary>The reason of each field, by its name. The names are unique among all kinds of lines.</summary>
    public static IReadOnlyDictionary<string, string> Fields { get; } = new SortedDictionary<string, string>
    {
        ["accel"] = AboutTheRecording,
        ["about"] = AboutTheRecording,
        ["blocks_explored"] = AboutTheRecording,
        ["boot_s"] = AboutTheRecording,
        ["boots"] = AboutTheRecording,
        ["complete"] = AboutTheRecording,
        ["header_nondet"] = AboutTheRecording,
        ["machine"] = AboutTheRecording,
        ["name"] = AboutTheRecording,
        ["nondet"] = AboutTheRecording,
        ["nondet_paths"] = "the files that replay compares without their numbers",
        ["note"] = AboutTheRecording,
        ["ops"] = AboutTheRecording,
        ["ops_differing"] = AboutTheRecording,
        ["runs"] = AboutTheRecording,
        ["states"] = AboutTheRecording,
        ["transitions"] = AboutTheRecording,
        ["uname"] = AboutTheRecording,
        ["varying"] = AboutTheRecording,
        ["append"] = AboutTheMachine,
        ["bootlog"] = AboutTheMachine,
        ["boot_mib"] = AboutTheMachine,
        ["more"] = AboutTheMachine,
        ["ctime"] = TimeOfTheRecording,
        ["now"] = TimeOfTheRecording,
        ["dev"] = "a file system gets its number when it is mounted",
        ["died"] = "the last words of a kernel that crashed",
        ["event"] = TheEmulator,
        ["msg"] = TheEmulator,
        ["flags"] = "mount options of the recorded machine; a mount here has nosuid, nodev and noexec",
        ["klog"] = "the kernel's messages; hotplugfs/log has other words",
        ["log"] = "the kernel's messages; hotplugfs/log has other words",
        ["other_run"] = "the result of the other run; it is accepted, too",
        ["ost"] = "the answer to the firmware, which is not simulated; err shows whether the kernel refused",
    };

    /// <summary>Counts the fields of a line.</summary>
    /// <param name="line">Valid JSON.</param>
    internal static void Count(string line, SortedDictionary<string, int> counts)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.GetString() is { } name && Fields.ContainsKey(name))
                counts[name] = counts.GetValueOrDefault(name) + 1;
    }
}
