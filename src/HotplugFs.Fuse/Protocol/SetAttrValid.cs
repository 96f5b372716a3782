namespace HotplugFs.Fuse.Protocol;

/// <summary>The attributes that a SETATTR request changes. Source: the FATTR_* flags.</summary>
[Flags]
internal enum SetAttrValid : uint
{
    Mode = 1 << 0,
    Uid = 1 << 1,
    Gid = 1 << 2,
    Size = 1 << 3,
    AccessTime = 1 << 4,
    ModifyTime = 1 << 5,
    AccessTimeNow = 1 << 7,
    ModifyTimeNow = 1 << 8,
}
