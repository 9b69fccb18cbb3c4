using Tidegate.Limits;

namespace Tidegate.Configuration;

/// <summary>Reads <c>kubernetes_service.limits</c>.</summary>
internal static class LimitsSection
{
    private const int MostRequests = 1_000_000;
    private const int MostMegabytes = 65_536;

    // The longest body that Kubernetes takes has 3 MiB, and whoever may send one may send another.
    private const int LeastBody = 8;

    private static readonly TimeSpan ShortestBody = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBody = TimeSpan.FromHours(1);

    public static LimitOptions Read(SectionReader section)
    {
        var standard = LimitOptions.Default;
        var limits = new LimitOptions
        {
            Requests = section.Number("requests", standard.Requests, 1, MostRequests),
            RequestsPerPerson = section.Number("requests_per_person", standard.RequestsPerPerson, 1, MostRequests),
            Streams = section.Number("streams", standard.Streams, 1, MostRequests),
            StreamsPerPerson = section.Number("streams_per_person", standard.StreamsPerPerson, 1, MostRequests),
            ConnectionsPerPerson = section.Number("connections_per_person", standard.ConnectionsPerPerson, 1, MostRequests),
            HeaderMegabytes = section.Number("header_mb", standard.HeaderMegabytes, 1, MostMegabytes),
            HeaderMegabytesPerPerson = section.Number("header_mb_per_person", standard.HeaderMegabytesPerPerson, 1, MostMegabytes),
            BodyMegabytes = section.Number("body_mb", standard.BodyMegabytes, LeastBody, MostMegabytes),
            BodyMegabytesPerPerson = section.Number("body_mb_per_person", standard.BodyMegabytesPerPerson, LeastBody, MostMegabytes),
            BodyTimeout = section.Duration("body_timeout", standard.BodyTimeout, ShortestBody, LongestBody),
        };
        section.Close();
        return limits;
    }
}
