using HotplugFs.Kernfs.Tests;
using Mono.Unix.Native;
using static Mono.Unix.Native.OpenFlags;
using Errno = Mono.Unix.Native.Errno;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>
/// System calls on a real mount. Expected values are those of the recordings <c>*-f-fileops-root</c>. If the kernel's FUSE driver behaves
/// differently, the test's name ends in Differs.
/// </summary>
public sealed class FileOperationTests
{
    internal const PollEvents AllEvents = UnreadEvents | PollEvents.POLLHUP;

    /// <summary>What poll(2) reports before an attribute is read, and after its object was removed.</summary>
    internal const PollEvents UnreadEvents = PollEvents.POLLIN | PollEvents.POLLPRI | PollEvents.POLLOUT | PollEvents.POLLERR;

    private TestMount _mount = null!;

    [SetUp]
    public void SetUp() => _mount = new TestMount(new DemoTree(1, 33));

    [TearDown]
    public void TearDown() => _mount.Dispose();

    private string State => _mount["memory/memory33/state"];

    [Test]
    public void Stat_Nodes_AreLikeSysfs()
    {
        var file = Sys.LStat(State);
        Assert.That((uint)file.st_mode, Is.EqualTo(Octal.Mode("100644")));
        Assert.That((file.st_size, file.st_nlink, file.st_blocks, file.st_blksize), Is.EqualTo((4096L, 1ul, 0L, 4096L)));
        Assert.That((file.st_uid, file.st_gid, file.st_mtime), Is.EqualTo((0u, 0u, 1_000_000L)));
        var directory = Sys.LStat(_mount["memory"]);
        Assert.That(((uint)directory.st_mode, directory.st_size, directory.st_nlink), Is.EqualTo((Octal.Mode("40755"), 0L, 4ul)));
        Assert.That(Sys.LStat(_mount["memory/memory33"]).st_nlink, Is.EqualTo(3));
        var link = Sys.LStat(_mount["links/memory33"]);
        Assert.That(((uint)link.st_mode, link.st_size), Is.EqualTo((Octal.Mode("120777"), 0L)));
        Assert.That((uint)Sys.LStat(_mount["odd/error"]).st_mode, Is.EqualTo(Octal.Mode("100600")));
    }

    [Test]
    public void List_Directories_HaveTheirEntriesWithTheInodesOfStat()
    {
        Assert.That(Sys.List(_mount["memory"]), Is.EqualTo(new[] { "block_size_bytes", "memory1", "memory33", "plug", "unplug" }));
        Assert.That(Sys.List(_mount["memory/memory33/power"]), Is.EqualTo(new[] { "control" }));
        var directory = Syscall.opendir(_mount["memory/memory33"]);
        while (Syscall.readdir(directory) is { } entry)
            Assert.That(entry.d_ino, Is.EqualTo(Sys.LStat(_mount["memory/memory33/" + entry.d_name]).st_ino), entry.d_name);
        Syscall.closedir(directory);
    }

    [Test]
    public void ReadLink_Link_ReturnsItsTarget()
    {
        var target = new StringBuilder(100);
        Assert.That(Syscall.readlink(_mount["links/memory33"], target), Is.EqualTo(18));
        Assert.That(target.ToString(), Is.EqualTo("../memory/memory33"));
        Assert.That(Sys.ReadFile(_mount["links/memory33/phys_index"]), Is.EqualTo("00000021\n"));
    }

    [Test]
    public void Read_OneDescriptor_IsAsRecorded()
    {
        var fd = Sys.Open(State, O_RDONLY);
        Assert.That(Sys.Read(fd, 1), Is.EqualTo("o"));
        Assert.That(Sys.Read(fd, 1), Is.EqualTo("f"));
        Assert.That(Sys.Read(fd, 3), Is.EqualTo("fli"));
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("ne\n"));
        Assert.That(Sys.Read(fd, 100), Is.Empty);
        Assert.That(Sys.Seek(fd, 0, 1), Is.EqualTo("8"));
        Assert.That(Sys.Seek(fd, 2, 0), Is.EqualTo("2"));
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("fline\n"));
        Assert.That(Sys.Seek(fd, 0, 2), Is.EqualTo("4096"));
        Assert.That(Sys.Seek(fd, -1, 2), Is.EqualTo("4095"));
        Assert.That(Sys.Seek(fd, -1, 0), Is.EqualTo("EINVAL"));
        Assert.That(Sys.Seek(fd, 1000, 0), Is.EqualTo("1000"));
        Assert.That(Sys.Read(fd, 10), Is.Empty);
        Assert.That(Sys.Seek(fd, 0, 3), Is.EqualTo("0"), "SEEK_DATA");
        Assert.That(Sys.Seek(fd, 0, 4), Is.EqualTo("4096"), "SEEK_HOLE");
        Assert.That(Sys.PRead(fd, 3, 4), Is.EqualTo("line"));
        Assert.That(Sys.PRead(fd, 0, 4), Is.EqualTo("offl"));
        Assert.That(Sys.PRead(fd, 7, 10), Is.EqualTo("\n"));
        Assert.That(Sys.PRead(fd, 8, 10), Is.Empty);
        Assert.That(Sys.PRead(fd, 5000, 10), Is.Empty);
        Assert.That(Sys.PRead(fd, -1, 10), Is.EqualTo("EINVAL"));
        Syscall.close(fd);
    }

    [Test]
    public void Read_AcrossAChange_ReturnsTheOldRestThenTheNewText()
    {
        var reader = Sys.Open(State, O_RDONLY);
        var writer = Sys.Open(State, O_WRONLY);
        Assert.That(Sys.Read(reader, 3), Is.EqualTo("off"));
        Assert.That(Sys.Write(writer, "online\n"), Is.EqualTo("7"));
        Assert.That(Sys.Read(reader, 100), Is.EqualTo("line\n"));
        Sys.Seek(reader, 0, 0);
        Assert.That(Sys.Read(reader, 100), Is.EqualTo("online\n"));
        Assert.That(Sys.Write(writer, "offline\n"), Is.EqualTo("8"));
        Assert.That(Sys.PRead(reader, 0, 100), Is.EqualTo("offline\n"));
        Syscall.close(reader);
        Syscall.close(writer);
    }

    [Test]
    public void Read_LongText_IsReadToItsEnd()
    {
        var fd = Sys.Open(_mount["meminfo"], O_RDONLY);
        Assert.That(Sys.Read(fd, 6000), Has.Length.EqualTo(6000));
        Assert.That(Sys.Read(fd, 6000), Has.Length.EqualTo(4000));
        Assert.That(Sys.Read(fd, 6000), Is.Empty);
        Syscall.close(fd);
        Assert.That(File.ReadAllText(_mount["meminfo"]), Has.Length.EqualTo(10_000));
    }

    [Test]
    public void Write_Sizes_AreOneStoreOfAtMostAPage()
    {
        var fd = Sys.Open(_mount["odd/probe"], O_WRONLY | O_APPEND);
        Assert.That(Sys.Write(fd, "12"), Is.EqualTo("2"));
        Assert.That(Sys.Write(fd, ""), Is.EqualTo("0"));
        Assert.That(Sys.Write(fd, new string('x', 5000)), Is.EqualTo("4096"));
        Assert.That(Sys.Write(fd, new string('x', 1_000_000)), Is.EqualTo("4096"));
        Syscall.close(fd);
        Assert.That(_mount.Demo.Probes, Is.EqualTo(new[] { 2, 4096, 4096 }));
        Assert.That(Sys.WriteFile(_mount["odd/half"], "123456"), Is.EqualTo("3"));
        Assert.That(Sys.LStat(_mount["odd/probe"]).st_size, Is.EqualTo(4096), "no write changes st_size");
    }

    [Test]
    public void Write_FailingStore_ReturnsItsErrorWithOrWithoutAName()
    {
        Assert.That(Sys.WriteFile(State, "bogus"), Is.EqualTo("EINVAL"));
        var fd = Sys.Open(_mount["odd/fails"], O_RDONLY);
        Assert.That(Sys.Read(fd, 10), Is.EqualTo("133").Or.EqualTo("EHWPOISON"));
        Syscall.close(fd);
    }

    [Test]
    public void Open_ByMode_IsAsRecordedForRoot()
    {
        var readOnly = _mount["memory/memory33/phys_index"];
        Assert.That(Sys.TryOpen(readOnly, O_WRONLY), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(readOnly, O_RDWR), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(readOnly, O_WRONLY | O_TRUNC), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(readOnly, O_RDONLY | O_TRUNC), Is.EqualTo("ok"));
        Assert.That(Sys.TryOpen(_mount["odd/probe"], O_RDONLY), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(State, O_RDONLY | O_DIRECT), Is.EqualTo("EINVAL"));
        Assert.That(Sys.TryOpen(State, O_RDWR | O_CREAT), Is.EqualTo("ok"));
        Assert.That(Sys.TryOpen(State, O_RDWR | O_CREAT | O_EXCL), Is.EqualTo("EEXIST"));
        Assert.That(Sys.TryOpen(_mount["memory"], O_WRONLY), Is.EqualTo("EISDIR"));
        Assert.That(Sys.TryOpen(_mount["memory"], O_RDONLY | O_CREAT), Is.EqualTo("EISDIR"));
        Assert.That(Sys.TryOpen(State + "/", O_RDONLY), Is.EqualTo("ENOTDIR"));
        Assert.That(Sys.TryOpen(_mount["memory/memory045"], O_RDONLY), Is.EqualTo("ENOENT"));
        Assert.That(Sys.TryOpen(_mount["memory/new"], O_WRONLY | O_CREAT), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(_mount["memory/new"], O_WRONLY | O_CREAT | O_EXCL), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpenRaw(_mount["memory"], Linux.Fcntl.O_RDWR | Linux.Fcntl.O_TMPFILE), Is.EqualTo("EOPNOTSUPP"));
        var directory = Sys.Open(_mount["memory"], O_RDONLY);
        Assert.That(Sys.Read(directory, 100), Is.EqualTo("EISDIR"));
        Syscall.close(directory);
    }

    [Test]
    public void Structure_Changes_FailAsRecorded()
    {
        var block = _mount["memory/memory33"];
        var mode = FilePermissions.S_IRUSR;
        Assert.Multiple(() =>
        {
            Assert.That(Sys.Try(Syscall.unlink(State)), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.unlink(block)), Is.EqualTo("EISDIR"));
            Assert.That(Sys.Try(Syscall.unlink(block + "/nope")), Is.EqualTo("ENOENT"));
            Assert.That(Sys.Try(Syscall.unlink(block + "/subsystem")), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.rmdir(block)), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.rmdir(State)), Is.EqualTo("ENOTDIR"));
            Assert.That(Sys.Try(Syscall.mkdir(block + "/new", mode)), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.mkdir(_mount["memory/memory99"], mode)), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.mkdir(block, mode)), Is.EqualTo("EEXIST"));
            Assert.That(Sys.Try(Syscall.mkdir(State + "/x", mode)), Is.EqualTo("ENOTDIR"));
            Assert.That(Sys.Try(Syscall.mknod(block + "/n", FilePermissions.S_IFREG | mode, 0)), Is.EqualTo("EACCES"));
            Assert.That(Sys.Try(Syscall.mkfifo(block + "/n", mode)), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.symlink("x", block + "/n")), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.symlink("x", State)), Is.EqualTo("EEXIST"));
            Assert.That(Sys.Try(Syscall.link(State, block + "/n")), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Syscall.link(State, "/tmp/n")), Is.EqualTo("EXDEV"));
            Assert.That(Sys.Try(Stdlib.rename(State, block + "/st")), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Stdlib.rename(block, _mount["memory/memory98"])), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Stdlib.rename(State, block + "/phys_index")), Is.EqualTo("EPERM"));
            Assert.That(Sys.Try(Stdlib.rename(State, State)), Is.EqualTo("ok"));
            Assert.That(Sys.Try(Stdlib.rename(block + "/nope", block + "/n")), Is.EqualTo("ENOENT"));
        });
    }

    [Test]
    public void Truncate_AnyLength_SucceedsWithoutEffect()
    {
        foreach (var length in new[] { 0, 5, 100_000 })
            Assert.That(Sys.TryTruncate(State, length), Is.EqualTo("ok"));
        Assert.That(Sys.TryTruncate(_mount["memory/memory33/phys_index"], 0), Is.EqualTo("ok"));
        Assert.That(Sys.TryTruncate(_mount["memory"], 0), Is.EqualTo("EISDIR"));
        Assert.That(Sys.TryTruncate(State, -1), Is.EqualTo("EINVAL"));
        var fd = Sys.Open(State, O_RDWR | O_TRUNC);
        Assert.That(Sys.Try(Syscall.ftruncate(fd, 10)), Is.EqualTo("ok"));
        Assert.That(Sys.FStat(fd).st_size, Is.EqualTo(4096));
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("offline\n"));
        Assert.That(Sys.Try(Syscall.fsync(fd)), Is.EqualTo("ok"));
        Assert.That(Sys.Try(Syscall.posix_fallocate(fd, 0, 10)), Is.EqualTo("ok").Or.EqualTo("EOPNOTSUPP"));
        Syscall.close(fd);
        Assert.That(Sys.LStat(State).st_size, Is.EqualTo(4096));
    }

    [Test]
    public void Mmap_Shared_IsEnodev()
    {
        var fd = Sys.Open(State, O_RDWR);
        Assert.That(Syscall.mmap(IntPtr.Zero, 4096, MmapProts.PROT_READ, MmapFlags.MAP_SHARED, fd, 0), Is.EqualTo(new IntPtr(-1)));
        Assert.That(Stdlib.GetLastError(), Is.EqualTo(Errno.ENODEV));
        Syscall.close(fd);
    }

    [Test]
    public void Mmap_Private_SucceedsDiffers()
    {
        var fd = Sys.Open(State, O_RDONLY);
        var address = Syscall.mmap(IntPtr.Zero, 4096, MmapProts.PROT_READ, MmapFlags.MAP_PRIVATE, fd, 0);
        Assert.That(address, Is.Not.EqualTo(new IntPtr(-1)));
        Syscall.munmap(address, 4096);
        Syscall.close(fd);
    }

    [Test]
    public void Xattr_Any_IsEopnotsuppDiffers()
    {
        var value = new byte[10];
        foreach (var name in new[] { "user.x", "security.selinux", "trusted.x" })
        {
            Assert.That(Sys.Try((int)Syscall.getxattr(State, name, value, 10)), Is.EqualTo("EOPNOTSUPP"), name);
            Assert.That(Sys.Try(Syscall.setxattr(State, name, value, 1, XattrFlags.XATTR_AUTO)), Is.EqualTo("EOPNOTSUPP"), name);
        }
    }

    [Test]
    public void Acl_IsEnodataDiffers() =>
        Assert.That(Sys.Try((int)Syscall.getxattr(State, "system.posix_acl_access", new byte[10], 10)), Is.EqualTo("ENODATA"));

    [Test]
    public void StatFs_HasNoBlocks()
    {
        Assert.That(Sys.Try(Syscall.statvfs(_mount["memory"], out var stat)), Is.EqualTo("ok"));
        Assert.That((stat.f_bsize, stat.f_blocks, stat.f_files, stat.f_namemax), Is.EqualTo((4096ul, 0ul, 0ul, 255ul)));
    }

    [Test]
    public void ChmodAndChown_AreKeptAndBindRootAtOpen()
    {
        var readOnly = _mount["memory/memory33/phys_index"];
        Assert.That(Sys.Try(Syscall.chmod(State, 0)), Is.EqualTo("ok"));
        Assert.That((uint)Sys.LStat(State).st_mode, Is.EqualTo(Octal.Mode("100000")));
        Assert.That(Sys.TryOpen(State, O_RDONLY), Is.EqualTo("EACCES"));
        Assert.That(Sys.TryOpen(State, O_WRONLY), Is.EqualTo("EACCES"));
        Assert.That(Sys.Try(Syscall.chmod(State, (FilePermissions)Octal.Mode("4755"))), Is.EqualTo("ok"));
        Assert.That((uint)Sys.LStat(State).st_mode, Is.EqualTo(Octal.Mode("104755")));
        Assert.That(Sys.Try(Syscall.chmod(readOnly, (FilePermissions)Octal.Mode("666"))), Is.EqualTo("ok"));
        Assert.That(Sys.WriteFile(readOnly, "x"), Is.EqualTo("EIO"));
        Assert.That(Sys.Try(Syscall.chown(readOnly, 1000, 1001)), Is.EqualTo("ok"));
        var stat = Sys.LStat(readOnly);
        Assert.That((stat.st_uid, stat.st_gid), Is.EqualTo((1000u, 1001u)));
        Assert.That(stat.st_ctime, Is.GreaterThan(1_000_000));
        Assert.That(Sys.Try(Syscall.chmod(_mount["memory"], (FilePermissions)Octal.Mode("700"))), Is.EqualTo("ok"));
        Assert.That((uint)Sys.LStat(_mount["memory"]).st_mode, Is.EqualTo(Octal.Mode("40700")));
    }

    [Test]
    public void Utimensat_Times_AreKeptAndReadsAndWritesChangeNone()
    {
        Sys.ReadFile(State);
        Sys.WriteFile(State, "online\n");
        Assert.That(Sys.LStat(State).st_mtime, Is.EqualTo(1_000_000));
        File.SetLastWriteTimeUtc(State, DateTime.UnixEpoch.AddSeconds(1000));
        Assert.That(Sys.LStat(State).st_mtime, Is.EqualTo(1000));
        File.SetLastWriteTimeUtc(_mount["memory"], DateTime.UnixEpoch.AddSeconds(1000));
        Assert.That(Sys.LStat(_mount["memory"]).st_mtime, Is.EqualTo(1000));
    }

    [Test]
    public void Poll_State_IsAsRecorded()
    {
        var fd = Sys.Open(State, O_RDONLY);
        Assert.That(Sys.Poll(fd, AllEvents, 0), Is.EqualTo(UnreadEvents));
        Sys.Read(fd, 100);
        Assert.That(Sys.Poll(fd, AllEvents, 0), Is.EqualTo(PollEvents.POLLIN | PollEvents.POLLOUT));
        Assert.That(Sys.Poll(fd, PollEvents.POLLPRI | PollEvents.POLLERR, 10), Is.EqualTo((PollEvents)0));
        Syscall.close(fd);
    }

    [Test]
    public void Stream_Reader_SeesSizeAndContentsGrow()
    {
        var fd = Sys.Open(_mount["log"], O_RDONLY);
        Assert.That(Sys.Read(fd, 100), Is.Empty);
        Assert.That(Sys.FStat(fd).st_size, Is.Zero);
        Sys.WriteFile(State, "bogus");
        Assert.That(Sys.FStat(fd).st_size, Is.EqualTo(18));
        Assert.That(Sys.LStat(_mount["log"]).st_size, Is.EqualTo(18));
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("memory33: refused\n"));
        Assert.That(Sys.Read(fd, 100), Is.Empty);
        Sys.WriteFile(State, "bogus");
        Assert.That(Sys.Read(fd, 100), Is.EqualTo("memory33: refused\n"));
        Assert.That(Sys.Seek(fd, 0, 2), Is.EqualTo("36"));
        Syscall.close(fd);
    }

    [Test]
    public void Close_AllFiles_LeavesNoneOpen()
    {
        for (var i = 0; i < 100; i++)
            Sys.ReadFile(State);
        // RELEASE is sent after close(2) has returned.
        Assert.That(SpinWait.SpinUntil(() => _mount.Demo.OpenFileCount == 0, 5000));
    }
}
