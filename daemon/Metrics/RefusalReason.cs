namespace Tidegate.Metrics;

/// <summary>Why the gate refused a request, by class: the values of the label <c>reason</c> of <see cref="MetricTable.Refused"/>.</summary>
internal enum RefusalReason
{
    /// <summary>An audit record could not be written.</summary>
    Audit,

    /// <summary>401: the certificate names nobody or has expired.</summary>
    Unauthenticated,

    /// <summary>400, 406, 408, 413, 415: the request cannot be read in one way only, or cannot be checked.</summary>
    BadRequest,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>500: a fault inside the gate.</summary>
    Internal,

    /// <summary>429: the person has as many execs, attaches and port-forwards open as the roles let.</summary>
    TooManyConnections,

    /// <summary>502, 503: the cluster did not answer what the gate had to ask it first.</summary>
    Cluster,

    /// <summary>508: the gate has sent the request itself.</summary>
    Loop,

    /// <summary>429: the person, or all together, have as much under way as <c>kubernetes_service.limits</c> lets.</summary>
    Limit,
}
