using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Tidegate.Diagnostics;

/// <summary>
/// The page at <c>/</c>: what a person who looks wants to know first. It has numbers and the commit's id, but no names of clusters, people, files or hosts: whoever
/// reaches the listener reads it, and the proxy does not tell those names to everybody either. Only of a commit whose removals are held it says who made it.
/// </summary>
internal static class StatusPage
{
    /// <summary>No script, nothing from elsewhere, in no frame.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static string Of(StatusFacts facts, HealthReport live, HealthReport ready)
    {
        var page = new StringBuilder(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Tidegate</title>
            <style>body{font:16px/1.5 sans-serif;margin:2em;max-width:60em}td,th{text-align:left;padding:.1em 1em .1em 0;vertical-align:top}</style>
            </head>
            <body>
            <h1>Tidegate</h1>
            <p><a href="/livez?verbose">livez</a> <a href="/readyz?verbose">readyz</a> <a href="/metrics">metrics</a></p>

            """);
        Table(page, Rows(facts));
        foreach (var report in new[] { live, ready })
        {
            page.Append($"<h2>{Escape(report.Name)}: {HealthView.NameOf(report.Status)}</h2>\n");
            Table(page, report.Checks.Select(c => (c.Name, c.Reason.Length == 0 ? HealthView.NameOf(c.Status) : $"{HealthView.NameOf(c.Status)}: {c.Reason}")));
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static IEnumerable<(string Name, string Value)> Rows(StatusFacts facts) =>
    [
        ("Version", facts.Version),
        ("Commit in force", facts.Revision ?? "none"),
        ("Clusters", facts.Clusters.ToString(CultureInfo.InvariantCulture)),
        ("Problems of manifests", facts.Problems.ToString(CultureInfo.InvariantCulture)),
        ("Last pass", facts.LastPassAt is { } at ? $"{facts.LastPassResult}, {Time(at)}" : "none yet"),
        ("Last completed pass", facts.LastCompletedAt is { } completed ? Time(completed) : "none since the start"),
        ("Next pass", facts.NextPassAt is { } next ? Time(next) : "not planned yet"),
        ("Started", Time(facts.StartedAt)),
    ];

    private static void Table(StringBuilder page, IEnumerable<(string Name, string Value)> rows)
    {
        page.Append("<table>\n");
        foreach (var (name, value) in rows)
        {
            page.Append($"<tr><th>{Escape(name)}</th><td>{Escape(value)}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}

/// <summary>What the page shows beside the checks.</summary>
/// <param name="Revision">The first digits of the commit's id; null for none.</param>
/// <param name="LastPassResult">One word.</param>
internal sealed record StatusFacts(
    string Version,
    DateTimeOffset StartedAt,
    string? Revision,
    int Clusters,
    int Problems,
    DateTimeOffset? LastPassAt,
    string? LastPassResult,
    DateTimeOffset? LastCompletedAt,
    DateTimeOffset? NextPassAt);
