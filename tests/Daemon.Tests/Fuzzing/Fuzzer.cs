using System.Diagnostics;
using System.Globalization;

namespace Tidegate.Tests.Fuzzing;

/// <summary>
/// Mutates valid inputs for a given time and checks each. Inputs that lead to a new outcome join the corpus. The seed repeats a run up to its failure, whose input is in
/// the message.
/// </summary>
internal sealed class Fuzzer(TimeSpan duration, int seed)
{
    /// <summary>Seconds for each target.</summary>
    private const string SecondsVariable = "TIDEGATE_FUZZ_SECONDS";

    /// <summary>The seed of the first run; another one each day would find more, and fail where nobody changed anything.</summary>
    private const string SeedVariable = "TIDEGATE_FUZZ_SEED";

    private const int LargestInput = 1 << 16;
    private const int LargestCorpus = 2000;
    private const double SecondsUsually = 10;

    /// <summary>An input of at most 64 KiB that takes longer than this hangs. Generous: the machine may be busy.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>The fuzzer as the environment wants it.</summary>
    public static Fuzzer FromEnvironment()
    {
        var seconds = Environment.GetEnvironmentVariable(SecondsVariable);
        var seed = Environment.GetEnvironmentVariable(SeedVariable);
        return new Fuzzer(
            TimeSpan.FromSeconds(seconds is null ? SecondsUsually : double.Parse(seconds, CultureInfo.InvariantCulture)),
            seed is null ? 1 : int.Parse(seed, CultureInfo.InvariantCulture));
    }

    /// <returns>How many inputs were checked, and how many different outcomes they had.</returns>
    /// <exception cref="FuzzFailureException">A promise is broken.</exception>
    public (long Inputs, int Outcomes) Run(FuzzTarget target)
    {
        var random = new Random(seed);
        var corpus = new List<byte[]>();
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        long count = 0;
        foreach (var input in target.Corpus)
        {
            outcomes.Add(Check(target, input, clock));
            corpus.Add(input);
            count++;
        }

        var mutations = new Mutations(random, corpus);
        while (clock.Elapsed < duration)
        {
            var input = mutations.Next();
            if (input.Length > LargestInput)
            {
                continue;
            }

            count++;
            if (outcomes.Add(Check(target, input, clock)) && corpus.Count < LargestCorpus)
            {
                corpus.Add(input);
            }
        }

        return (count, outcomes.Count);
    }

    private string Check(FuzzTarget target, byte[] input, Stopwatch clock)
    {
        var before = clock.Elapsed;
        try
        {
            var outcome = target.Check(input);
            var took = clock.Elapsed - before;
            return took < Longest ? outcome : throw new TimeoutException($"took {took}");
        }
        catch (Exception e)
        {
            throw new FuzzFailureException($"{target.Name}, seed {seed}, input (base64) {Convert.ToBase64String(input)}", e);
        }
    }
}
