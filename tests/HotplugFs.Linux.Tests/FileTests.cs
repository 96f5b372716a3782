namespace HotplugFs.Linux.Tests;

/// <summary>Calls on files, with the structures that they fill.</summary>
public sealed class FileTests
{
    private string _place = "";

    [SetUp]
    public void MakePlace() => _place = Directory.CreateTempSubdirectory("hotplugfs-test-").FullName;

    [TearDown]
    public void RemovePlace() => Directory.Delete(_place, recursive: true);

    [Test]
    public void Statx_OfAFile_HasItsProperties()
    {
        var path = Path.Combine(_place, "file");
        File.WriteAllText(path, "12345");
        Assert.That(SysStat.ChMod(path, ModeBits.Mode0600).IsOk);
        Assert.That(Unistd.Link(path, path + "2").IsOk);
        Assert.That(SysStat.UTimensAt(path, 1234567890).IsOk);
        var stat = SysStat.Statx(path).Value;
        Assert.That((stat.Mode, stat.Size, stat.LinkCount), Is.EqualTo((ModeBits.Regular | ModeBits.Mode0600, 5UL, 2U)));
        Assert.That((stat.Uid, stat.Gid, stat.ModifySeconds), Is.EqualTo((Unistd.GetEuid(), Unistd.GetEgid(), 1234567890L)));
        Assert.That(SysStat.GetDevice(path).Value, Is.EqualTo((stat.DeviceMajor, stat.DeviceMinor)));
    }

    [Test]
    public void Statx_OfALink_FollowsItUnlessToldNotTo()
    {
        var path = Path.Combine(_place, "link");
        Assert.That(Unistd.Symlink("missing", path).IsOk);
        Assert.That(SysStat.Statx(path).Error, Is.EqualTo(Errno.ENOENT));
        Assert.That(SysStat.Statx(path, SysStat.AT_SYMLINK_NOFOLLOW).Value.Mode & ModeBits.TypeMask, Is.EqualTo(ModeBits.Link));
    }

    [Test]
    public void StatFs_OfProc_HasItsTypeAndNameLength()
    {
        const long ProcSuperMagic = 0x9fa0;
        var found = SysVfs.StatFs("/proc").Value;
        Assert.That((found.Type, found.NameLength), Is.EqualTo((ProcSuperMagic, 255L)));
    }

    [Test]
    public void Take_Entries_ReturnsTypesAndNames()
    {
        Directory.CreateDirectory(Path.Combine(_place, "directory"));
        Assert.That(Unistd.Symlink("target", Path.Combine(_place, "link")).IsOk);
        var directory = Fcntl.Open(_place, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC).Value;
        var buffer = new byte[1024];
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, Dirent.GetDents64(directory, buffer).Value);
        _ = Unistd.Close(directory);
        var entries = new List<(byte, string)>();
        while (!rest.IsEmpty)
            entries.Add(Dirent.Take(ref rest));
        Assert.That(entries, Is.EquivalentTo(new (byte, string)[]
        {
            (Dirent.DT_DIR, "."), (Dirent.DT_DIR, ".."), (Dirent.DT_DIR, "directory"), (Dirent.DT_LNK, "link"),
        }));
    }

    [Test]
    public void Write_SealedFile_ReturnsEPERM()
    {
        using var file = SysMman.MemfdCreate("test", SysMman.MFD_CLOEXEC | SysMman.MFD_ALLOW_SEALING).Value;
        Assert.That(Unistd.Write(file, "text"u8).Value, Is.EqualTo(4));
        Assert.That(Fcntl.AddSeals(file, Fcntl.F_SEAL_WRITE).IsOk);
        Assert.That(Unistd.Write(file, "text"u8).Error, Is.EqualTo(Errno.EPERM));
    }

    [Test]
    public void WriteFromNull_Pipe_ReturnsEFAULT()
    {
        var (reading, writing) = Unistd.Pipe2(Fcntl.O_CLOEXEC).Value;
        Assert.That(Unistd.WriteFromNull(writing, 1).Error, Is.EqualTo(Errno.EFAULT));
        Assert.That(SysSelect.Select(writing).Value, Is.EqualTo((1, false, true, false)));
        Assert.That(Unistd.Write(writing, "abc"u8).Value, Is.EqualTo(3));
        Assert.That(SysSelect.Select(reading).Value, Is.EqualTo((1, true, false, false)));
        Assert.That(SysIoctl.GetReadableBytes(reading).Value, Is.EqualTo(3));
        var entry = new PollFd { Descriptor = reading, Events = Poll.POLLIN };
        Assert.That((Poll.Wait(ref entry, 0).Value, entry.ReturnedEvents), Is.EqualTo((1, Poll.POLLIN)));
        _ = Unistd.Close(reading);
        _ = Unistd.Close(writing);
    }

    [Test]
    public void RealPath_OfALink_IsItsTarget()
    {
        var path = Path.Combine(_place, "link");
        Assert.That(Unistd.Symlink("/proc", path).IsOk);
        Assert.That(Stdlib.RealPath(path).Value, Is.EqualTo("/proc"));
        Assert.That(Stdlib.RealPath(path + "2").Error, Is.EqualTo(Errno.ENOENT));
    }
}
