using HotplugFs.Fuse.Mount;
using HotplugFs.Kernfs.Tests;
using Mono.Unix.Native;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>Mounting without root on the machine: in a user namespace, and with fusermount3.</summary>
public sealed class UnprivilegedTests
{
    // Waits for the mount in the mount table, uses it, unmounts it and prints the server's exit status.
    private const string Scenario = """
        dir=$1; shift
        "$@" serve "$dir" & server=$!
        for i in $(seq 100); do grep -q " $dir .* fuse.hotplugfs " /proc/self/mountinfo && break; sleep 0.1; done
        cat "$dir/memory/memory33/phys_index"
        stat -c 'owner %u mode %a' "$dir/memory"
        grep " $dir " /proc/self/mountinfo
        "$@" unmount "$dir"
        wait $server; echo "exit $?"
        grep -c " $dir " /proc/self/mountinfo
        """;

    // A device with the given mode, whatever this system's device has: fusermount3 opens it as the calling user.
    private const string OpenDevice = """
        dir=$1; shift
        mkdir "$dir.dev" && mount -t tmpfs none "$dir.dev" && mknod "$dir.dev/fuse" c 10 229 && chmod $DEVICE_MODE "$dir.dev/fuse" \
            && mount --bind "$dir.dev/fuse" /dev/fuse && umount -l "$dir.dev" && rmdir "$dir.dev" || exit 77
        exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
        """;

    private string _directory = null!;

    [SetUp]
    public void SetUp()
    {
        TestMount.RequireFuse();
        _directory = Directory.CreateTempSubdirectory("hotplugfs-test-").FullName;
    }

    [TearDown]
    public void TearDown()
    {
        Assert.That(MountEntry.At(_directory), Is.Null);
        Directory.Delete(_directory);
    }

    [Test]
    public void UserNamespace_Mount_NeedsNoHelperAndStaysInside()
    {
        if (MountTests.Run("unshare", "-Urm", "true").ExitCode != 0)
            Assert.Ignore("this system allows no user namespaces");
        var (_, output) = MountTests.Run("unshare", ["-Urm", .. Script()]);
        ExpectServed(output);
        Assert.That(output, Does.Contain("user_id=0"));
    }

    [Test]
    public void OrdinaryUser_Mount_IsMadeByFusermount()
    {
        RequireRoot();
        MountTests.RequireFusermount();
        Assert.That(Syscall.chown(_directory, 65534, 65534), Is.Zero);
        var (_, output) = RunAsNobody("666", Script());
        ExpectServed(output);
        Assert.That(output, Does.Contain("user_id=65534").And.Contain("default_permissions"));
    }

    [Test]
    public void OrdinaryUser_DirectoryOfAnotherUser_FailsWithTheReason()
    {
        RequireRoot();
        MountTests.RequireFusermount();
        Assert.That(Syscall.chmod(_directory, (FilePermissions)Octal.Mode("755")), Is.Zero);
        var (exitCode, output) = RunAsNobody("666", ["dotnet", Assembly, "serve", _directory]);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("no write access").And.Contain(_directory));
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1), "one line");
    }

    [Test]
    public void OrdinaryUser_DeviceForRootOnly_FailsWithTheFix()
    {
        RequireRoot();
        Assert.That(Syscall.chown(_directory, 65534, 65534), Is.Zero);
        var (exitCode, output) = RunAsNobody("600", ["dotnet", Assembly, "serve", _directory]);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("/dev/fuse: permission denied").And.Contain("chmod 666 /dev/fuse"));
    }

    private (int ExitCode, string Output) RunAsNobody(string deviceMode, string[] command)
    {
        var result = MountTests.Run(
            "env", [$"DEVICE_MODE={deviceMode}", "unshare", "-m", "bash", "-c", OpenDevice, "device", _directory, .. command]);
        if (result.ExitCode == 77)
            Assert.Ignore($"a private device cannot be made here: {result.Output}");
        return result;
    }

    private static string Assembly => typeof(UnprivilegedTests).Assembly.Location;

    private static string[] AsNobody => ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    private string[] Script() => ["timeout", "30", "bash", "-c", Scenario, "scenario", _directory, "dotnet", Assembly];

    private static void ExpectServed(string output)
    {
        TestContext.Out.WriteLine(output);
        Assert.That(output, Does.Contain("ready\n"));
        Assert.That(output, Does.Contain("00000021\n"));
        Assert.That(output, Does.Contain("mode 755\n"));
        Assert.That(output, Does.Contain("ended with 0 faults\n"));
        Assert.That(output, Does.Contain("exit 0\n0\n"), "the server succeeded and no mount remains");
    }

    private static void RequireRoot()
    {
        if (Syscall.geteuid() != 0)
            Assert.Ignore("only root can become another user");
        if (MountTests.Run("setpriv", [.. AsNobody, "test", "-r", Assembly]).ExitCode != 0)
            Assert.Ignore($"another user cannot read {Assembly}");
    }
}
