using System.Diagnostics;
using HotplugFs.Fuzzers.Targets;
using SharpFuzz;

namespace HotplugFs.Fuzzers;

/// <summary>
/// Gives random inputs to what reads inputs, until the time is over or something fails: <c>TARGET [--seed S] [--seconds N]</c>. Input i of
/// seed S follows from S + i alone. <c>TARGET --input FILE</c> repeats one. scripts/fuzz.sh starts <c>TARGET --examples DIR</c>, which writes the
/// inputs that are not in the corpus, and <c>TARGET --afl</c>.
/// </summary>
internal static class Program
{
    private const string Usage = "usage: HotplugFs.Fuzzers TARGET [--seed S] [--seconds N] | TARGET --input FILE | TARGET --afl";

    /// <summary>An input that takes longer never ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Makes the targets. Code that is instrumented for AFL++ may not run before <see cref="Fuzzer.OutOfProcess"/> does.</summary>
    private static readonly Dictionary<string, Func<FuzzTarget>> Targets = new()
    {
        ["protocol"] = () => new ProtocolMessages(),
        ["machine"] = () => new MachineFiles(),
        ["recording"] = () => new RecordingFiles(),
        ["control"] = () => new ControlFiles(),
    };

    private static int Main(string[] arguments)
    {
        // A new seed each day, the same on all machines.
        var seed = (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays * 10_000;
        var seconds = 20;
        if (arguments.Length == 0 || !Targets.TryGetValue(arguments[0], out var make))
            return Fail($"{Usage}\ntargets: {string.Join(", ", Targets.Keys)}");
        var target = new Lazy<FuzzTarget>(make);
        for (var i = 1; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--seed" when int.TryParse(value, out seed):
                case "--seconds" when int.TryParse(value, out seconds):
                    i++;
                    break;
                case "--input" when File.Exists(value):
                    target.Value.Run(File.ReadAllBytes(value));
                    return 0;
                case "--examples" when Directory.Exists(value):
                    foreach (var (index, example) in target.Value.Examples.Index())
                        File.WriteAllBytes(Path.Combine(value, $"example-{index}"), example);
                    return 0;
                case "--afl":
                    Fuzzer.OutOfProcess.Run(stream => target.Value.Run(ReadAll(stream)));
                    return 0;
                default:
                    return Fail(Usage);
            }
        }
        return Fuzz(target.Value, seed, TimeSpan.FromSeconds(seconds));
    }

    private static int Fail(string usage)
    {
        Console.Error.WriteLine(usage);
        return 2;
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static int Fuzz(FuzzTarget target, int seed, TimeSpan duration)
    {
        Console.WriteLine($"{target.Name}: seeds from {seed}");
        var folder = Path.Combine(AppContext.BaseDirectory, "corpus", target.Name);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
        byte[][] corpus = [.. files, .. target.Examples];
        foreach (var example in corpus)
            if (Minimizer.Failure(target, example) is { } failure)
                return Report(target, example, failure, "an input of the corpus");
        var mutator = new Mutator(corpus, target.Tokens);
        var current = seed;
        var begin = Stopwatch.StartNew();
        var input = Array.Empty<byte>();
        using var watchdog = new Timer(_ => Environment.FailFast($"{target.Name}: seed {Volatile.Read(ref current)} does not end"));
        for (; begin.Elapsed < duration; current++)
        {
            input = mutator.Next(new Random(current));
            watchdog.Change(Patience, Timeout.InfiniteTimeSpan);
            if (Minimizer.Failure(target, input) is { } failure)
                return Report(target, input, failure, $"seed {current}");
        }
        Console.WriteLine($"{target.Name}: {current - seed} inputs, {target.Messages} messages, no failure");
        return 0;
    }

    private static int Report(FuzzTarget target, byte[] input, Exception failure, string source)
    {
        var shortest = Minimizer.Shorten(target, input, failure);
        var path = Path.Combine(AppContext.BaseDirectory, $"{target.Name}-failure");
        File.WriteAllBytes(path, shortest);
        Console.Error.WriteLine(failure);
        Console.Error.WriteLine($"{target.Name}: {source} failed; shortened to {shortest.Length} bytes in {path}:");
        Console.Error.WriteLine(Encoding.Latin1.GetString(shortest));
        return 1;
    }
}
