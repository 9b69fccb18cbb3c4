using System.Globalization;
using System.Text;

namespace Tidegate.Benchmarks.Measures;

/// <summary>One line of the result.</summary>
/// <param name="Most">What the gate's value (or its ratio to HAProxy's, when <paramref name="IsRatio"/>) should be at most; null for none.</param>
internal sealed record Row(string Measure, string Unit, double? Direct, double? HAProxy, double? Gate, double? Most = null, bool IsRatio = false)
{
    public double? Ratio => HAProxy > 0 && Gate > 0 ? Gate / HAProxy : null;

    public string Verdict
    {
        get
        {
            var reached = IsRatio ? Ratio : Gate;
            return Most is not { } most || reached is not { } value ? "" : value <= most ? "yes" : "no";
        }
    }

    public string Reach => Most is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.###}{(IsRatio ? "×" : $" {Unit}")}") : "";
}

/// <summary>The result as Markdown.</summary>
internal static class Table
{
    public static string Of(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("| measure | unit | direct | HAProxy | gate | gate : HAProxy | to reach | reached |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|---|");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Measure} | {row.Unit} | {Number(row.Direct)} | {Number(row.HAProxy)} | {Number(row.Gate)} | {(row.Ratio is { } ratio ? Number(ratio) + "×" : "")} | {row.Reach} | {row.Verdict} |");
        }

        return text.ToString();
    }

    /// <summary>Three digits that count.</summary>
    public static string Number(double? value) => value switch
    {
        null => "",
        >= 1000 or <= -1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
