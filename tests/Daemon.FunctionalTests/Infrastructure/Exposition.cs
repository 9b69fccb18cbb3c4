using System.Globalization;
using System.Text;
using Tidegate.Metrics;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>What <c>/metrics</c> said at one moment: a value for each series, keyed as it was written, such as <c>name{code="200",method="get"}</c>.</summary>
public sealed record Exposition(string Text)
{
    private readonly Dictionary<string, double> series = Text.Split('\n').Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => (Line: l, Space: l.LastIndexOf(' ')))
        .ToDictionary(l => l.Line[..l.Space], l => double.Parse(l.Line[(l.Space + 1)..], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public IReadOnlyCollection<string> Series => series.Keys;

    /// <summary>The value of a series; 0 when there is none.</summary>
    public double this[string key] => series.GetValueOrDefault(key);

    /// <summary>Names and types as the <c># TYPE</c> lines say.</summary>
    public IReadOnlyList<(string Name, string Type)> Types =>
        [.. Text.Split('\n').Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')).Select(p => (p[2], p[3]))];

    /// <summary>The text of a <c># HELP</c> line.</summary>
    public string? HelpOf(string name) =>
        Text.Split('\n').Where(l => l.StartsWith($"# HELP {name} ", StringComparison.Ordinal)).Select(l => l[$"# HELP {name} ".Length..]).FirstOrDefault();

    internal static async Task<Exposition> OfAsync(MetricRegistry registry)
    {
        using var text = new MemoryStream();
        await registry.WriteAsync(text, CancellationToken.None);
        return new(Encoding.UTF8.GetString(text.ToArray()));
    }
}
