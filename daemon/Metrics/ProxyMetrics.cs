using Prometheus;

namespace Tidegate.Metrics;

/// <summary>What the request path reports, one method for each event. Nothing here allocates, except the first time a series is used.</summary>
internal sealed class ProxyMetrics
{
    private static readonly string[] KindNames = ["watch", "exec", "attach", "portforward", "logs", "other"];
    private static readonly string[] RefusalNames = ["audit", "unauthenticated", "bad_request", "forbidden", "not_found", "internal", "too_many_connections", "cluster", "loop", "limit"];
    private static readonly string[] FailureNames = ["offline", "timeout", "broken_off", "cancelled"];

    private readonly TimeProvider time;
    private readonly Gauge.Child inFlight;
    private readonly CodeAndMethodCounter requests;
    private readonly Histogram.Child[] durations;
    private readonly Histogram.Child responseSize;
    private readonly Histogram.Child[] streamDurations;
    private readonly Gauge.Child[] openStreams;
    private readonly Counter.Child[] refused;
    private readonly Counter.Child refusedHandshakes;
    private readonly SessionMetrics exec;
    private readonly SessionMetrics portForward;
    private readonly Gauge.Child clientInFlight;
    private readonly CodeAndMethodCounter clientRequests;
    private readonly Counter.Child[] clientFailures;
    private readonly Histogram.Child firstByte;

    public ProxyMetrics(MetricRegistry registry, TimeProvider time)
    {
        this.time = time;
        inFlight = registry.Gauge(MetricTable.ServerInFlight).WithLabels();
        requests = new(registry.Counter(MetricTable.ServerRequests));
        durations = [.. Children(registry.Histogram(MetricTable.ServerDuration), HttpLabels.Methods)];
        responseSize = registry.Histogram(MetricTable.ServerResponseSize).WithLabels();
        streamDurations = [.. Children(registry.Histogram(MetricTable.StreamDuration), KindNames)];
        openStreams = [.. Children(registry.Gauge(MetricTable.OpenStreams), KindNames)];
        refused = [.. Children(registry.Counter(MetricTable.Refused), RefusalNames)];
        refusedHandshakes = registry.Counter(MetricTable.RefusedHandshakes).WithLabels();
        exec = new(registry.Gauge(MetricTable.ExecInFlight).WithLabels(), registry.Counter(MetricTable.ExecSessions).WithLabels());
        portForward = new(registry.Gauge(MetricTable.PortForwardInFlight).WithLabels(), registry.Counter(MetricTable.PortForwardSessions).WithLabels());
        clientInFlight = registry.Gauge(MetricTable.ClientInFlight).WithLabels();
        clientRequests = new(registry.Counter(MetricTable.ClientRequests));
        clientFailures = [.. Children(registry.Counter(MetricTable.ClientFailures), FailureNames)];
        firstByte = registry.Histogram(MetricTable.ClientFirstByte).WithLabels();
    }

    /// <summary>A request arrived.</summary>
    public void RequestStarted() => inFlight.Inc();

    /// <summary>The gate itself answers the request with a refusal.</summary>
    public void RequestRefused(RefusalReason reason) => refused[(int)reason].Inc();

    /// <summary>A request ended that was no stream.</summary>
    /// <param name="method">As the client wrote it.</param>
    /// <param name="code">Status sent; 0 for none.</param>
    /// <param name="bytes">Of the answer's body.</param>
    public void RequestEnded(string method, int code, TimeSpan duration, long bytes)
    {
        var index = HttpLabels.IndexOfMethod(method);
        requests.Count(code, index);
        durations[index].Observe(duration.TotalSeconds);
        responseSize.Observe(bytes);
        inFlight.Dec();
    }

    /// <summary>A cluster's answer turned out to be a stream.</summary>
    public void StreamOpened(StreamKind kind)
    {
        openStreams[(int)kind].Inc();
        SessionOf(kind)?.Open();
    }

    /// <summary>The request of an opened stream ended.</summary>
    public void StreamEnded(StreamKind kind, string method, int code, TimeSpan duration)
    {
        openStreams[(int)kind].Dec();
        SessionOf(kind)?.Close();
        streamDurations[(int)kind].Observe(duration.TotalSeconds);
        requests.Count(code, HttpLabels.IndexOfMethod(method));
        inFlight.Dec();
    }

    /// <summary>A handshake ended for the client certificate's sake.</summary>
    public void HandshakeRefused() => refusedHandshakes.Inc();

    /// <summary>A request goes to a cluster. One of the next two methods follows, once.</summary>
    /// <returns>The moment, for <see cref="Answered"/>.</returns>
    public long Sent()
    {
        clientInFlight.Inc();
        return time.GetTimestamp();
    }

    /// <summary>The head of a cluster's answer is there.</summary>
    public void Answered(long sentAt, string method, int code)
    {
        clientInFlight.Dec();
        clientRequests.Count(code, HttpLabels.IndexOfMethod(method));
        firstByte.Observe(time.GetElapsedTime(sentAt).TotalSeconds);
    }

    /// <summary>There will be no answer.</summary>
    public void NotAnswered(ClientFailure reason)
    {
        clientInFlight.Dec();
        clientFailures[(int)reason].Inc();
    }

    private SessionMetrics? SessionOf(StreamKind kind) => kind switch
    {
        StreamKind.Exec or StreamKind.Attach => exec,
        StreamKind.PortForward => portForward,
        _ => null,
    };

    private static IEnumerable<T> Children<T>(ICollector<T> metric, IEnumerable<string> values)
        where T : ICollectorChild => values.Select(v => metric.WithLabels(v));

    private sealed record SessionMetrics(Gauge.Child InFlight, Counter.Child Total)
    {
        public void Open()
        {
            InFlight.Inc();
            Total.Inc();
        }

        public void Close() => InFlight.Dec();
    }
}
