using System.Diagnostics;
using HotplugFs.Fuse.Mount;
using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>Mounting and unmounting, and the messages if they fail.</summary>
public sealed class MountTests
{
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
        Assert.That(MountEntry.ReadAll().Select(entry => entry.MountPoint), Does.Not.Contain(_directory));
        Directory.Delete(_directory, recursive: true);
    }

    private static string Refusal(Action action) => Assert.Throws<FuseException>(action)!.Message;

    [Test]
    public void Create_Mounted_IsInTheTableWithItsTypeAndOptions()
    {
        using var mount = new TestMount(new DemoTree(33));
        var entry = MountEntry.At(mount.Path)!;
        Assert.That((entry.Type, entry.Source, entry.IsHotplugFs), Is.EqualTo(("fuse.hotplugfs", "hotplugfs", true)));
        var line = File.ReadLines("/proc/self/mountinfo").Single(line => line.Contains($" {mount.Path} "));
        Assert.That(line, Does.Contain("default_permissions").And.Contain("nosuid").And.Contain("nodev").And.Not.Contain("allow_other"));
        Assert.That(Sys.LStat(mount.Path).st_dev & 0xFF, Is.EqualTo((ulong)entry.Minor & 0xFF));
    }

    [Test]
    public void Create_Subtree_ShowsThatDirectoryAsTheRoot()
    {
        using var mount = new TestMount(new DemoTree(33), subtree: "memory");
        Assert.That(Sys.List(mount.Path), Is.EqualTo(new[] { "block_size_bytes", "memory33", "plug", "unplug" }));
        Assert.That(Sys.LStat(mount.Path).st_nlink, Is.EqualTo(3));
        Assert.That(Sys.Stat(mount["memory50"]), Is.EqualTo("ENOENT"));
        Assert.That(Sys.WriteFile(mount["plug"], "50"), Is.EqualTo("2"));
        Assert.That(Sys.Stat(mount["memory50"]), Is.EqualTo("ok"));
        Assert.That(Sys.LStat(mount.Path).st_nlink, Is.EqualTo(4));
        Assert.That(Sys.List(mount.Path), Has.Member("memory50"));
    }

    [Test]
    public void Create_OnAHotplugfsMount_Fails()
    {
        using var mount = new TestMount(new DemoTree(33));
        Assert.That(Refusal(() => FuseMount.Create(mount.Path)), Does.Contain("already a hotplugfs mount").And.Contain("unmount"));
        Assert.That(Sys.Stat(mount["memory"]), Is.EqualTo("ok"));
    }

    [Test]
    public void Create_OnAMountWithoutServer_FailsWithoutWaiting()
    {
        var mount = FuseMount.Create(_directory);
        mount.Dispose();
        Assert.That(Refusal(() => FuseMount.Create(_directory)), Does.Contain("already a hotplugfs mount"));
        FuseMount.Unmount(_directory);
    }

    [Test]
    public void Create_OnAMountBeforeItIsServed_FailsWithoutWaiting()
    {
        using var mount = FuseMount.Create(_directory);
        Assert.That(Refusal(() => FuseMount.Create(_directory)), Does.Contain("already a hotplugfs mount"));
        mount.Unmount();
    }

    [Test]
    public void Create_ThroughALink_MountsOnItsTarget()
    {
        var link = _directory + "-link";
        File.CreateSymbolicLink(link, _directory);
        try
        {
            using var mount = FuseMount.Create(link);
            Assert.That(mount.Directory, Is.EqualTo(_directory));
            FuseMount.Unmount(link);
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Test]
    public void Create_MissingDirectory_FailsWithTheCommandToMakeIt() =>
        Assert.That(Refusal(() => FuseMount.Create(_directory + "/nope")), Does.Contain("no such directory").And.Contain("mkdir -p"));

    [Test]
    public void Create_File_FailsAsNotADirectory()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        Assert.That(Refusal(() => FuseMount.Create(file)), Does.Contain("not a directory"));
        Assert.That(Refusal(() => FuseMount.Create(file + "/x")), Does.Contain("not a directory"));
    }

    [Test]
    public void Create_MissingDevice_NamesTheModuleAndTheContainerOption() =>
        Assert.That(
            Refusal(() => FuseMount.Create(_directory, new FuseMountOptions { DevicePath = "/dev/nope" })),
            Does.Contain("/dev/nope: no such device").And.Contain("modprobe fuse").And.Contain("--device /dev/fuse"));

    [Test]
    public void Create_WrongDevice_FailsAndMountsNothing() =>
        Assert.That(
            Refusal(() => FuseMount.Create(_directory, new FuseMountOptions { DevicePath = "/dev/null" })),
            Does.Contain("mounting failed"));

    [Test]
    public void Create_MissingFusermount_NamesTheDebianPackage() =>
        Assert.That(
            Refusal(() => FuseMount.Create(_directory, new FuseMountOptions { AvoidsSystemCall = true, Fusermount = "nope3" })),
            Does.Contain("nope3").And.Contain("apt install fuse3"));

    [Test]
    public void Create_WithFusermount_IsTheSameMount()
    {
        RequireFusermount();
        using var mount = new TestMount(new DemoTree(33), mountOptions: new FuseMountOptions { AvoidsSystemCall = true });
        Assert.That(Sys.ReadFile(mount["memory/memory33/phys_index"]), Is.EqualTo("00000021\n"));
        var entry = MountEntry.At(mount.Path)!;
        Assert.That((entry.Type, entry.Source), Is.EqualTo(("fuse.hotplugfs", "hotplugfs")));
        mount.Unmount();
        Assert.That(mount.WaitForEnd(), Is.True);
    }

    [Test]
    public void Create_FailingFusermount_FailsWithItsName()
    {
        RequireFusermount();
        var other = Path.Combine(_directory, "sub");
        Directory.CreateDirectory(other);
        var options = new FuseMountOptions { AvoidsSystemCall = true, Fusermount = "/bin/false" };
        Assert.That(Refusal(() => FuseMount.Create(other, options)), Does.Contain("/bin/false failed"));
    }

    [Test]
    public void Unmount_WhileServed_EndsTheSession()
    {
        using var mount = new TestMount(new DemoTree(33));
        mount.Unmount();
        Assert.That(mount.WaitForEnd(), Is.True);
        Assert.That(MountEntry.At(mount.Path), Is.Null);
    }

    [Test]
    public void Unmount_InUse_SucceedsOnlyIfLazy()
    {
        using var mount = new TestMount(new DemoTree(33));
        var fd = Sys.Open(mount["memory/memory33/state"], O_RDONLY);
        Assert.That(Refusal(() => mount.Unmount()), Does.Contain("in use"));
        mount.Unmount(lazy: true);
        Assert.That(MountEntry.At(mount.Path), Is.Null);
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("offline\n"), "open files keep working");
        Assert.That(mount.IsServed, Is.True);
        Syscall.close(fd);
        Assert.That(mount.WaitForEnd(), Is.True);
    }

    [Test]
    public void Unmount_NoHotplugfsMount_Fails()
    {
        Assert.That(Refusal(() => FuseMount.Unmount(_directory)), Does.Contain("no hotplugfs is mounted there"));
        Assert.That(Refusal(() => FuseMount.Unmount("/proc")), Does.Contain("no hotplugfs is mounted there"));
        Assert.That(Refusal(() => FuseMount.Unmount(_directory + "/nope")), Does.Contain("No such file or directory"));
    }

    [Test]
    public void HandlerThatThrows_IsEioAndTheMountContinues()
    {
        using var mount = new TestMount(new DemoTree(33)) { ExpectedFaults = 1 };
        var fd = Sys.Open(mount["odd/throws"], O_RDONLY);
        Assert.That(Sys.Read(fd, 10), Is.EqualTo("EIO"));
        Syscall.close(fd);
        Assert.That(Sys.ReadFile(mount["memory/memory33/state"]), Is.EqualTo("offline\n"));
    }

    [TestCase(true, "memory/memory33/state", true, "offline")]
    [TestCase(true, "memory/plug", false, "Permission denied")]
    [TestCase(false, "memory/memory33/state", false, "Permission denied")]
    public void AnotherUser_HasAccessOnlyWithAllowOtherAndByPermissionBits(bool allowOther, string path, bool succeeds, string output)
    {
        RequireRoot();
        using var mount = new TestMount(new DemoTree(33), mountOptions: new FuseMountOptions { AllowOther = allowOther });
        var (exitCode, text) = Run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "cat", mount[path]);
        Assert.That(exitCode == 0, Is.EqualTo(succeeds), text);
        Assert.That(text, Does.Contain(output));
    }

    private static void RequireRoot()
    {
        if (Syscall.geteuid() != 0)
            Assert.Ignore("only root can become another user");
    }

    internal static void RequireFusermount()
    {
        if (!File.Exists("/usr/bin/fusermount3") && !File.Exists("/bin/fusermount3"))
            Assert.Ignore("fusermount3 is not installed (Debian: apt install fuse3)");
    }

    internal static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(20_000))
            process.Kill();
        return (process.ExitCode, output.Result + error.Result);
    }
}
