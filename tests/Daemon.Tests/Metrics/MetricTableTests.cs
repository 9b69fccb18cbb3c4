using System.Text.RegularExpressions;
using Tidegate.Metrics;

namespace Tidegate.Tests.Metrics;

/// <summary>The table's names and helps keep Prometheus' rules, which are those of <c>promtool check metrics</c>.</summary>
public sealed partial class MetricTableTests
{
    [Fact]
    public void Every_metric_of_the_class_is_in_the_list_once()
    {
        var fields = typeof(MetricTable).GetFields().Select(f => f.GetValue(null)).OfType<MetricDefinition>();
        MetricTable.All.ShouldBe(fields.OrderBy(d => d.Name, StringComparer.Ordinal));
        MetricTable.All.Select(d => d.Name).ShouldBeUnique();
    }

    [Fact]
    public void Names_and_helps_keep_the_rules()
    {
        var faults = new List<string>();
        foreach (var metric in MetricTable.All)
        {
            Check(metric, Name().IsMatch(metric.Name), "is no plain name below tidegate_");
            Check(metric, metric.Name.EndsWith("_total", StringComparison.Ordinal) == (metric.Type == MetricType.Counter), "_total is for counters, and for all of them");
            Check(metric, !Reserved().IsMatch(metric.Name), "ends in what belongs to histograms");
            Check(metric, !Abbreviated().IsMatch(metric.Name), "abbreviates a unit or names its type");
            Check(metric, metric.Help.Length > 0 && !metric.Help.EndsWith('.') && !metric.Help.Contains('\n'), "needs one sentence without a full stop");
            Check(metric, metric.Labels.All(l => l is "code" or "method" or "kind" or "reason" or "result" or "trigger" or "type" or "version" or "certificate" or "condition" or "status" or "phase"),
                "has a label that nobody has bounded");
            Check(metric, (metric.Type == MetricType.Histogram) == (metric.Buckets.Count > 0), "has buckets exactly when it is a histogram");
            Check(metric, metric.Buckets.SequenceEqual(metric.Buckets.Distinct().Order()), "has buckets out of order");
        }

        faults.ShouldBeEmpty();

        void Check(MetricDefinition metric, bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add($"{metric.Name} {fault}");
            }
        }
    }

    [Fact]
    public void Sizes_of_answers_have_the_original_s_buckets()
    {
        MetricTable.ServerResponseSize.Buckets.Count.ShouldBe(13);
        MetricTable.ServerResponseSize.Buckets.Take(4).ShouldBe([50, 150, 450, 1350]);
    }

    [Theory]
    [InlineData("GET", "get")]
    [InlineData("POST", "post")]
    [InlineData("PATCH", "patch")]
    [InlineData("CONNECT", "connect")]
    [InlineData("get", "other")]
    [InlineData("PROPFIND", "other")]
    [InlineData("", "other")]
    public void A_method_is_known_or_other(string method, string label) => HttpLabels.Methods[HttpLabels.IndexOfMethod(method)].ShouldBe(label);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(101, "101")]
    [InlineData(200, "200")]
    [InlineData(404, "404")]
    [InlineData(429, "429")]
    [InlineData(499, "499")]
    [InlineData(504, "504")]
    [InlineData(299, "2xx")]
    [InlineData(599, "5xx")]
    [InlineData(1, "other")]
    [InlineData(-1, "other")]
    [InlineData(600, "other")]
    [InlineData(999, "other")]
    public void A_code_is_registered_or_a_class(int code, string label) => HttpLabels.Codes[HttpLabels.IndexOfCode(code)].ShouldBe(label);

    [Fact]
    public void There_are_few_codes() => HttpLabels.Codes.Count.ShouldBeLessThanOrEqualTo(75);

    [GeneratedRegex("^tidegate(_[a-z]+)+$")]
    private static partial Regex Name();

    [GeneratedRegex("_(count|sum|bucket)$")]
    private static partial Regex Reserved();

    [GeneratedRegex("_(ms|sec|secs|kb|mb|gauge|counter|histogram)(_|$)")]
    private static partial Regex Abbreviated();
}
