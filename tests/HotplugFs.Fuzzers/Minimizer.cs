namespace HotplugFs.Fuzzers;

/// <summary>Shortens an input that fails.</summary>
internal static class Minimizer
{
    /// <summary>Removes parts of an input as long as it fails in the same way.</summary>
    public static byte[] Shorten(FuzzTarget target, byte[] input, Exception failure)
    {
        var wanted = Describe(failure);
        for (var size = input.Length / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= input.Length;)
            {
                byte[] shorter = [.. input[..start], .. input[(start + size)..]];
                if (Failure(target, shorter) is { } other && Describe(other) == wanted)
                    input = shorter;
                else
                    start += size;
            }
        }
        return input;
    }

    /// <summary>Processes an input.</summary>
    /// <returns>The failure, or null.</returns>
    public static Exception? Failure(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>The type of the exception and the first method of the product in which it was thrown.</summary>
    private static string Describe(Exception exception)
    {
        var lines = exception.ToString().Split('\n').Where(line => line.Contains(" at HotplugFs.", StringComparison.Ordinal));
        return $"{exception.GetType().Name} {lines.FirstOrDefault()}";
    }
}
