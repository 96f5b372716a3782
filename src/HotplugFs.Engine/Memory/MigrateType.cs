namespace HotplugFs.Engine.Memory;

/// <summary>What a pageblock is used for (enum migratetype). The allocator keeps pages of one type together.</summary>
public enum MigrateType : byte
{
    /// <summary>Pages that cannot be moved: the kernel's own.</summary>
    Unmovable,

    /// <summary>Pages that can be moved: those of programs and of the page cache.</summary>
    Movable,
}
