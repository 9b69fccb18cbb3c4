using System.Globalization;
using Tidegate.Metrics;

namespace Tidegate.Manual;

/// <summary>Pages that people wrote: of the daemon, and of its metrics, whose list comes from the code.</summary>
internal static class WrittenPage
{
    /// <summary>The page of the daemon, section 8.</summary>
    public static (string Path, string Content) Daemon(Edition edition)
    {
        var text = ManualTexts.Page("tidegate.8");
        var title = new PageTitle("tidegate", 8, text.Summary);
        var page = new RoffPage(title, edition);
        page.Section("SYNOPSIS").Raw($"{RoffText.InBold("tidegate start")} [{RoffText.InItalic("OPTIONS")}]");
        page.Break().Raw(RoffText.InBold("systemctl start tidegate.service"));
        return Finish(title, page, text);
    }

    /// <summary>The page of the metrics, section 7.</summary>
    public static (string Path, string Content) Metrics(Edition edition, IReadOnlyList<MetricDefinition> metrics)
    {
        var text = ManualTexts.Page("tidegate-metrics.7");
        var title = new PageTitle("tidegate-metrics", 7, text.Summary);
        return Finish(title, new(title, edition), text, page =>
        {
            page.Section("METRICS");
            foreach (var metric in metrics)
            {
                page.Item([RoffText.InBold(metric.Name)], $"{Facts(metric)}\n\n{metric.Help}.");
            }
        });
    }

    private static string Facts(MetricDefinition metric)
    {
        var labels = metric.Labels.Count == 0 ? "" : $"; labels: {string.Join(", ", metric.Labels.Select(l => $"`{l}`"))}";
        var buckets = metric.Buckets.Count == 0 ? "" : $"; buckets: {string.Join(", ", metric.Buckets.Select(b => b.ToString(CultureInfo.InvariantCulture)))}";
        return $"{metric.Type}{labels}{buckets}.";
    }

    private static (string Path, string Content) Finish(PageTitle title, RoffPage page, PageText text, Action<RoffPage>? list = null)
    {
        page.Section("DESCRIPTION").Text(text.Text);
        list?.Invoke(page);
        PageSections.Write(page, text.Sections);
        page.Section("SEE ALSO").Raw(string.Join(", ", text.SeeAlso.Order(StringComparer.Ordinal).Select(PageSections.Reference)));
        return (title.File, page.ToString());
    }
}
