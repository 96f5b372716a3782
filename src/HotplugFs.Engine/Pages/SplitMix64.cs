namespace HotplugFs.Engine.Pages;

/// <summary>
/// A generator of numbers that look random and depend on the seed only, on every version of .NET (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators").
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next number.</summary>
    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
