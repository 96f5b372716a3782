using System.Diagnostics;

namespace HotplugFs.Simulator;

/// <summary>
/// Simulates one machine after the other, each from its own seed, until the time is over or something fails:
/// <c>--seed S --minutes M</c>. The seed and the step of a failure repeat it: <c>--seed S --steps N [--trace]</c>.
/// </summary>
internal static class Program
{
    private const string Usage = "usage: HotplugFs.Simulator [--seed S] [--minutes M | --steps N [--trace]]";

    private static int Main(string[] arguments)
    {
        // A new seed each day, the same on all machines.
        var seed = (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays * 10_000;
        var minutes = 0.5;
        int? steps = null;
        TextWriter? trace = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--seed" when int.TryParse(value, out seed):
                    i++;
                    break;
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out minutes):
                    i++;
                    break;
                case "--steps" when int.TryParse(value, out var count):
                    steps = count;
                    i++;
                    break;
                case "--trace":
                    trace = Console.Out;
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }
        return Simulate(seed, TimeSpan.FromMinutes(minutes), steps, trace);
    }

    private static int Simulate(int first, TimeSpan duration, int? steps, TextWriter? trace)
    {
        Console.WriteLine($"seeds from {first}");
        var clock = Stopwatch.StartNew();
        var total = 0L;
        var seed = first;
        do
        {
            var episode = new Episode(seed, steps, trace);
            var failure = episode.Run();
            total += episode.Steps.Step;
            if (failure is not null)
            {
                Console.Error.WriteLine(string.Join('\n', episode.Steps.LastLines));
                Console.Error.WriteLine(failure);
                Console.Error.WriteLine(
                    $"seed {seed} failed in step {episode.Steps.Step}; repeat it with --seed {seed} --steps {episode.Steps.Step}");
                return 1;
            }
            seed++;
        }
        while (steps is null && clock.Elapsed < duration);
        Console.WriteLine($"{seed - first} seeds, {total} operations, no failure");
        return 0;
    }
}
