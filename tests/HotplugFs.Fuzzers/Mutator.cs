namespace HotplugFs.Fuzzers;

/// <summary>Makes inputs from others.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> tokens)
{
    /// <summary>The greatest length of an input in bytes.</summary>
    public const int LengthMax = 1 << 16;

    /// <summary>Numbers at the limits of what programs count with.</summary>
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "31", "32", "255", "256", "4095", "4096", "32767", "65535", "65536", "134217728", "2147483647", "2147483648", "-2147483648",
        "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1e308",
        "0x7fffffff", "0xffffffffffffffff", "128M", "8T", "16E",
    ];

    /// <summary>An input with up to eight changes.</summary>
    public byte[] Next(Random random)
    {
        var input = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var changes = random.Next(1, 9); changes > 0; changes--)
            Change(input, random);
        return [.. input.Take(LengthMax)];
    }

    private void Change(List<byte> input, Random random)
    {
        var at = random.Next(input.Count + 1);
        var count = Math.Min(random.Next(1, 1 + (1 << random.Next(8))), input.Count - at);
        switch (random.Next(10))
        {
            case 0 when count > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when count > 0:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, count);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, count));
                break;
            case 4 or 5:
                input.InsertRange(at, tokens[random.Next(tokens.Count)]);
                break;
            case 6:
                var other = corpus[random.Next(corpus.Count)];
                var from = random.Next(other.Length + 1);
                input.InsertRange(at, other.Skip(from).Take(random.Next(1 << random.Next(11))));
                break;
            case 7:
                WriteInteger(input, at, random);
                break;
            default:
                ReplaceNumber(input, at, random);
                break;
        }
    }

    /// <summary>Replaces the next number in a text by one at a limit.</summary>
    private static void ReplaceNumber(List<byte> input, int at, Random random)
    {
        var start = input.FindIndex(at, character => char.IsAsciiDigit((char)character));
        if (start < 0)
            return;
        var end = input.FindIndex(start, character => !char.IsAsciiLetterOrDigit((char)character));
        input.RemoveRange(start, (end < 0 ? input.Count : end) - start);
        input.InsertRange(start, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    /// <summary>Replaces bytes by an integer of 2, 4 or 8 bytes at a limit.</summary>
    private static void WriteInteger(List<byte> input, int at, Random random)
    {
        var size = 2 << random.Next(3);
        if (at + size > input.Count)
            return;
        long[] values = [0, 1, -1, 0x7f, 0xff, 0x1000, 0x7fffffff, 0x80000000, long.MaxValue, long.MinValue, random.Next(64)];
        var bytes = BitConverter.GetBytes(values[random.Next(values.Length)]);
        for (var i = 0; i < size; i++)
            input[at + i] = bytes[i];
    }
}
