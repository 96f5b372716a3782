namespace HotplugFs.Kernels;

/// <summary>A distribution of Linux.</summary>
/// <param name="Name">The name that selects its kernel.</param>
/// <param name="Kernel">The version that it is based on.</param>
/// <param name="HasBackports">True if its kernel has so many changes of later versions that its behavior does not follow from its version.</param>
public sealed record Distribution(string Name, string Kernel, bool HasBackports = false)
{
    /// <summary>States what its kernel is taken for; null if its version was recorded.</summary>
    internal string? Describe(Kernel kernel) => HasBackports
        ? $"{Name}: {kernel.Note ?? kernel.Name}; the changes that {Name} has from later versions are not known"
        : kernel.Note is { } note ? $"{Name}: {note}" : null;
}
