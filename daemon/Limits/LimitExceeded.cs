using System.Globalization;

namespace Tidegate.Limits;

/// <summary>One too many.</summary>
/// <param name="Person">Whose limit it is; null: that of all together.</param>
/// <param name="Most">The limit, in the use's own unit.</param>
internal readonly record struct LimitExceeded(LimitedUse Use, string? Person, long Most)
{
    /// <summary>For the person and for the audit record: what there is too much of, and which setting says so.</summary>
    public string Message => Person is { } person
        ? $"user \"{person}\" has {What} as much as one person may: {Amount} ({Setting}_per_person)"
        : $"the gate has {What} as much as it takes: {Amount} ({Setting})";

    private string What => Use switch
    {
        LimitedUse.Requests => "requests under way,",
        LimitedUse.Streams => "watches, logs, execs and port-forwards open,",
        LimitedUse.Connections => "connections open,",
        LimitedUse.HeaderBytes => "headers of requests under way,",
        _ when Person is null => "request bodies that it must read before it decides,",
        _ => "request bodies that the gate must read before it decides,",
    };

    private string Amount => Use is LimitedUse.HeaderBytes or LimitedUse.BodyBytes
        ? string.Create(CultureInfo.InvariantCulture, $"{Most >> 20} MiB")
        : Most.ToString(CultureInfo.InvariantCulture);

    private string Setting => "kubernetes_service.limits." + Use switch
    {
        LimitedUse.Requests => "requests",
        LimitedUse.Streams => "streams",
        LimitedUse.Connections => "connections",
        LimitedUse.HeaderBytes => "header_mb",
        _ => "body_mb",
    };
}
