namespace Tidegate.Metrics;

/// <summary>Why a cluster gave no answer: the values of the label <c>reason</c> of <see cref="MetricTable.ClientFailures"/>.</summary>
internal enum ClientFailure
{
    /// <summary>There was no connection, or no certificate that could be trusted.</summary>
    Offline,

    /// <summary>It did not accept a connection in time.</summary>
    Timeout,

    /// <summary>It broke off before an answer.</summary>
    BrokenOff,

    /// <summary>The client or the gate ended the request first.</summary>
    Cancelled,
}
