using System.Text;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Recording;

/// <summary>One request as it arrived.</summary>
/// <param name="RequestLine">The exact first line, without its line end. Over HTTP/2 it is put together from the pseudo-headers.</param>
/// <param name="HeaderLines">The exact header lines in order, without line ends. Over HTTP/2 one <c>Name: value</c> per field, in no order.</param>
/// <param name="IsRaw">Whether the two above are bytes from the wire (HTTP/1.1).</param>
internal sealed record RecordedRequest(string Protocol, string Method, string RawTarget, string RequestLine, IReadOnlyList<string> HeaderLines, bool IsRaw)
{
    private readonly Lock gate = new();
    private readonly MemoryStream body = new();

    public DateTimeOffset At { get; init; }

    /// <summary>What the request asks for as the API server reads it; null until then or if it could not be read.</summary>
    public ApiRequest? Api { get; set; }

    /// <summary>Who authenticated, before impersonation; null until then or if that failed.</summary>
    public Caller? Caller { get; set; }

    /// <summary>Whom the request runs as, after impersonation; null until then or if it was refused.</summary>
    public Caller? Identity { get; set; }

    /// <summary>The HTTP status of the answer; 0 until it is known.</summary>
    public int Status { get; set; }

    /// <summary>The body as far as the handler read it; empty for upgrades.</summary>
    public byte[] Body
    {
        get
        {
            lock (gate)
            {
                return body.ToArray();
            }
        }
    }

    /// <summary>The values of all header lines of a name, in order, one per line.</summary>
    public IReadOnlyList<string> Values(string header) =>
        [.. HeaderLines.Where(l => l.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(header.Length + 1)..].Trim())];

    public void AppendBody(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            body.Write(bytes);
        }
    }

    public static RecordedRequest FromHead(string protocol, string method, string rawTarget, ReadOnlySpan<byte> head, DateTimeOffset at)
    {
        string[] lines = Encoding.Latin1.GetString(head).Split("\r\n");
        return new RecordedRequest(protocol, method, rawTarget, lines[0], [.. lines.Skip(1).TakeWhile(l => l.Length > 0)], true) { At = at };
    }
}
