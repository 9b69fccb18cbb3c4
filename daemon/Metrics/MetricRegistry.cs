using Prometheus;

namespace Tidegate.Metrics;

/// <summary>Makes the metrics of <see cref="MetricTable"/> and writes them in Prometheus' text format. One for a daemon; nothing is static.</summary>
internal sealed class MetricRegistry
{
    /// <summary>The media type of what <see cref="WriteAsync"/> writes.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Without this every sample would look for a trace to point at.
    private static readonly ExemplarBehavior NoExemplars = ExemplarBehavior.NoExemplars();

    private readonly CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory factory;

    public MetricRegistry() => factory = Prometheus.Metrics.WithCustomRegistry(registry);

    public Counter Counter(MetricDefinition definition) => factory.CreateCounter(
        definition.Name, definition.Help, Labels(definition), new CounterConfiguration { ExemplarBehavior = NoExemplars });

    public Gauge Gauge(MetricDefinition definition) => factory.CreateGauge(definition.Name, definition.Help, Labels(definition));

    public Histogram Histogram(MetricDefinition definition) => factory.CreateHistogram(
        definition.Name,
        definition.Help,
        Labels(definition),
        new HistogramConfiguration { Buckets = [.. definition.Buckets], ExemplarBehavior = NoExemplars });

    /// <summary>Adds the process's own: <c>process_*</c> and the runtime's <c>dotnet_*</c>.</summary>
    public void AddRuntime() => DotNetStats.Register(registry);

    /// <summary>Called before each writing, for what is read only then. Must return soon.</summary>
    public void BeforeWriting(Action read) => registry.AddBeforeCollectCallback(read);

    /// <summary>Writes everything as it is now.</summary>
    public Task WriteAsync(Stream output, CancellationToken cancellationToken) => registry.CollectAndExportAsTextAsync(output, cancellationToken);

    private static string[] Labels(MetricDefinition definition) => [.. definition.Labels];
}
