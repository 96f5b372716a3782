using System.Diagnostics;

namespace HotplugFs.Replay.Tests;

/// <summary>The subcommand <c>replay</c> as a process with a private directory for what it mounts.</summary>
internal static class ReplayProgram
{
    /// <summary>Runs it to its end; nothing may be left mounted or lying about.</summary>
    /// <param name="arguments">The arguments after the subcommand.</param>
    public static (int Status, string[] Output, string Error) Run(params IEnumerable<string> arguments)
    {
        var place = Directory.CreateTempSubdirectory("hotplugfs-test-").FullName;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "hotplugfs"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TMPDIR"] = place },
            ArgumentList = { "replay" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Another user must be able to reach the mount.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(place, (UnixFileMode)0b111_001_001);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(File.ReadAllText("/proc/self/mountinfo"), Does.Not.Contain(place));
        Assert.That(Directory.EnumerateFileSystemEntries(place), Is.Empty);
        Directory.Delete(place);
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), error.Result);
    }

    /// <summary>Returns the three numbers of the summary line.</summary>
    public static (int Operations, int Divergences, int Skipped) Totals(string[] output)
    {
        var words = output[^1].Split(' ');
        return (int.Parse(words[0]), int.Parse(words[2]), int.Parse(words[4]));
    }

    /// <summary>Skips a test that cannot run here; on CI it fails.</summary>
    public static void RequireMounts()
    {
        if (File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess)
            return;
        const string reason = "replaying through a mount needs /dev/fuse and root (in a container: --device /dev/fuse --cap-add SYS_ADMIN)";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }
}
