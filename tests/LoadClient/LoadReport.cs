using System.Text.Json;

namespace Tidegate.Load;

/// <summary>What one run counted; written as one line of JSON with names in snake case.</summary>
internal sealed record LoadReport
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required int Sent { get; init; }

    /// <summary>Requests with a status of 2xx whose whole body came.</summary>
    public required int Ok { get; init; }

    /// <summary>Counts by kind: refused, reset, timeout, other, or <c>status N</c>. Empty when nothing failed.</summary>
    public required SortedDictionary<string, int> Failed { get; init; }

    public required Latencies LatencyMs { get; init; }

    /// <summary>Connections that the requests used, without those of the watches.</summary>
    public int Connections { get; init; }

    public IReadOnlyList<WatchReport> Watches { get; init; } = [];

    /// <summary>The first failures in full, for the person who reads the log.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];
}

/// <summary>Milliseconds from the moment at which a request was due to the end of its answer; failed requests are not in it.</summary>
internal sealed record Latencies(double P50, double P99, double Max);

/// <summary>How a watch ended.</summary>
internal sealed record WatchReport
{
    /// <summary>open (until the run was over), clean (the server ended the answer), reset, refused, timeout, other, or <c>status N</c>.</summary>
    public required string Ended { get; init; }

    /// <summary>Seconds since 1970; absent for a watch that was open to the end.</summary>
    public double? EndedAt { get; init; }

    public int Events { get; init; }
}
