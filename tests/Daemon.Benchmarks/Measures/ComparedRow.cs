using System.Globalization;
using System.Text;

namespace Tidegate.Benchmarks.Measures;

/// <summary>What a comparison should come to.</summary>
internal enum Goal
{
    None,

    /// <summary>So many times what it costs somebody who sees everything.</summary>
    Ratio,

    /// <summary>So much more than that.</summary>
    More,

    /// <summary>The value itself.</summary>
    Value,
}

/// <summary>One line about the same work for somebody who sees everything, and for somebody who sees a part.</summary>
/// <param name="Whole">For somebody whose roles restrict nothing.</param>
internal sealed record ComparedRow(string Measure, string Unit, double? HAProxy, double? Whole, double? Part, Goal Goal = Goal.None, double Most = 0)
{
    /// <summary>The table of several lines, as Markdown.</summary>
    /// <param name="whole">The heading for <see cref="Whole"/>.</param>
    /// <param name="part">The heading for <see cref="Part"/>.</param>
    public static string TableOf(IReadOnlyList<ComparedRow> lines, string whole = "unrestricted", string part = "restricted")
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| measure | unit | HAProxy | gate, {whole} | gate, {part} | {part} : {whole} | to reach | reached |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|---|");
        foreach (var line in lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Measure} | {line.Unit} | {Table.Number(line.HAProxy)} | {Table.Number(line.Whole)} | {Table.Number(line.Part)} | {(line.Ratio is { } ratio ? Table.Number(ratio) + "×" : "")} | {line.Reach} | {line.Verdict} |");
        }

        return text.ToString();
    }

    private double? Ratio => Whole > 0 && Part > 0 ? Part / Whole : null;

    private string Reach => Goal switch
    {
        Goal.Ratio => string.Create(CultureInfo.InvariantCulture, $"≤ {Most:0.###}×"),
        Goal.More => string.Create(CultureInfo.InvariantCulture, $"≤ {Most:0.###} {Unit} more"),
        Goal.Value => string.Create(CultureInfo.InvariantCulture, $"≤ {Most:0.###} {Unit}"),
        _ => "",
    };

    private string Verdict
    {
        get
        {
            var reached = Goal switch { Goal.Ratio => Ratio, Goal.More => Part - Whole, Goal.Value => Part, _ => null };
            return reached is not { } value ? "" : value <= Most ? "yes" : "no";
        }
    }
}
