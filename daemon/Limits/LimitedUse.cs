namespace Tidegate.Limits;

/// <summary>What <see cref="PersonLimits"/> counts.</summary>
internal enum LimitedUse
{
    Requests,
    Streams,
    Connections,

    /// <summary>Bytes of the heads of requests and streams.</summary>
    HeaderBytes,

    /// <summary>Bytes of bodies that are held.</summary>
    BodyBytes,
}
