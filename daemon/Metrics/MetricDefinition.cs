namespace Tidegate.Metrics;

/// <summary>What Prometheus calls the type of a metric.</summary>
internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One metric as <c>/metrics</c> shows it and as its manual describes it.</summary>
/// <param name="Name">After Prometheus' rules: a counter ends in <c>_total</c>, a unit is written out.</param>
/// <param name="Help">One sentence, without its full stop.</param>
internal sealed record MetricDefinition(string Name, MetricType Type, string Help)
{
    /// <summary>The names of the labels. Their values come from fixed lists, never from a client, a cluster or the repository.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>For a histogram: the upper bounds of its buckets, in the unit of the name.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];
}
