using System.Diagnostics.CodeAnalysis;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks;

/// <summary>What to measure, and how long.</summary>
internal sealed record BenchmarkOptions
{
    public static readonly IReadOnlyList<string> Names = ["http1", "http2", "list", "connect", "latency", "watches", "sync", "filter", "decision"];

    public static string Usage =>
        $"""
        dotnet run -c Release --project tests/Daemon.Benchmarks -- [options]
          --only NAME[,NAME]  only these: {string.Join(' ', Names)}
          --quick             short windows, 200 and 2,000 watches, 1,000 manifests: to see that it runs, not to quote
          --programs NAME[,…] only these: {string.Join(' ', Target.All)}
          --gate FILE         the tidegate to measure (default: the one built with the benchmark)
          --before FILE       an earlier tidegate, to measure what small requests cost somebody without restrictions then and now
          --out FILE          writes the table into a file as well
        """;

    public IReadOnlyList<string> Only { get; private init; } = Names;

    public bool Quick { get; private init; }

    public IReadOnlyList<string> Programs { get; private init; } = Target.All;

    public string Gate { get; private init; } = Path.Combine(AppContext.BaseDirectory, "tidegate");

    /// <summary>An earlier build; null for none.</summary>
    public string? Before { get; private init; }

    public string? Out { get; private init; }

    public int Rounds => Quick ? 1 : 3;

    public TimeSpan Window => TimeSpan.FromSeconds(Quick ? 2 : 5);

    /// <summary>Before the first window of a measure: tiered compilation needs its calls and its pauses.</summary>
    public TimeSpan FirstWarmUp => TimeSpan.FromSeconds(Quick ? 3 : 10);

    /// <summary>Before the later ones.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 1 : 2);

    public TimeSpan LatencyWindow => TimeSpan.FromSeconds(Quick ? 4 : 15);

    /// <summary>Between the last watch and the look at the memory.</summary>
    public TimeSpan Settle => TimeSpan.FromSeconds(Quick ? 5 : 20);

    public IReadOnlyList<int> Watches => Quick ? [200, 2000] : [1000, 5000];

    public int Manifests => Quick ? 1000 : 10_000;

    public int Changes => Quick ? 3 : 10;

    /// <summary>Rounds of the lists of many pods, each with so many lists after a few that do not count.</summary>
    public int ListRounds => Quick ? 1 : 3;

    public int ListsPerRound => Quick ? 5 : 10;

    public int FirstListWarmUp => Quick ? 3 : 10;

    /// <summary>Measured events of a watch, and how many pass before.</summary>
    public int Events => Quick ? 100 : 1000;

    public int EventsBefore => Quick ? 50 : 250;

    public bool Includes(string name) => Only.Contains(name);

    public static bool TryParse(string[] args, [NotNullWhen(true)] out BenchmarkOptions? options, [NotNullWhen(false)] out string? error)
    {
        options = new();
        error = null;
        for (var i = 0; i < args.Length && error is null; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    options = options with { Quick = true };
                    continue;
                case "--only" when value is not null:
                    var names = value.Split(',');
                    error = names.FirstOrDefault(n => !Names.Contains(n)) is { } unknown ? $"there is no measure '{unknown}'" : null;
                    options = options with { Only = names };
                    break;
                case "--programs" when value is not null:
                    var programs = value.Split(',');
                    error = programs.FirstOrDefault(p => !Target.All.Contains(p)) is { } other ? $"there is no program '{other}'" : null;
                    options = options with { Programs = programs };
                    break;
                case "--gate" when File.Exists(value):
                    options = options with { Gate = Path.GetFullPath(value) };
                    break;
                case "--before" when File.Exists(value):
                    options = options with { Before = Path.GetFullPath(value) };
                    break;
                case "--out" when value is not null:
                    options = options with { Out = value };
                    break;
                default:
                    error = $"'{args[i]}' is no option, lacks its value or names no file";
                    break;
            }

            i++;
        }

        options = error is null ? options : null;
        return options is not null;
    }
}
