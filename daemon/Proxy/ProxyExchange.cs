using Microsoft.AspNetCore.Http.Features;
using Tidegate.Access;
using Tidegate.Audit;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Limits;
using Tidegate.Listener;
using Tidegate.Metrics;
using Tidegate.Registry;
using Tidegate.Sessions;

namespace Tidegate.Proxy;

/// <summary>
/// One request on its way through the gate: what each stage found out, for the stages after it. It is the request's typed feature; nothing
/// about a request is kept anywhere else.
/// </summary>
internal sealed class ProxyExchange(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancel = new();
    private EndableStream? stream;
    // Held: a timer that nobody holds may be collected.
    private ITimer? cut;
    private string? endReason;
    private int endCode;

    /// <summary>What its waiting is measured by.</summary>
    public TimeProvider Time => time;

    public required AuditEvent Audit { get; init; }

    /// <summary>The state that decides about this request, to its end.</summary>
    public required RegistrySnapshot Snapshot { get; init; }

    /// <summary>The client's connection; null where nobody follows connections.</summary>
    public OpenConnection? Client { get; init; }

    public ClientIdentity? Identity { get; set; }

    public ClusterPath Target { get; set; }

    public RegisteredCluster? Cluster { get; set; }

    public RequestInfo? Request { get; set; }

    public ImpersonationRequest Asked { get; set; } = ImpersonationRequest.None;

    /// <summary>Where objects of the kind that is asked for live; unknown also where nobody needed to know.</summary>
    public KindScope Scope { get; set; }

    /// <summary>What the rules decided, for the question whether they still say so.</summary>
    public AccessAllowed? Decided { get; set; }

    /// <summary>What is carried out: what the rules decided, less what the cluster does not let each role do by itself.</summary>
    public AccessAllowed? Allowed { get; set; }

    /// <summary>How the cluster is asked so that its answer can be filtered; null: nothing is filtered.</summary>
    public FilteredExchange? Filtered { get; set; }

    /// <summary>Whether it was handed to the forwarder.</summary>
    public bool IsForwarded { get; set; }

    /// <summary>When it was sent to the cluster, a time stamp of the metrics; null while it was not, and again as soon as there is an answer.</summary>
    public long? SentAt { get; set; }

    /// <summary>What kind of stream the cluster's answer is; null when it is none.</summary>
    public StreamKind? Stream { get; set; }

    /// <summary>Watches over the limits of what may stay open; null for plain requests, and before it is sent.</summary>
    public SessionClock? Clock { get; set; }

    /// <summary>What it takes of its person's limits; null before it is admitted. Disposed when the request ends.</summary>
    public RequestShare? Share { get; set; }

    /// <summary>Its place among the person's open execs, attaches and port-forwards; null for everything else. Disposed when the request ends.</summary>
    public IDisposable? Connection { get; set; }

    /// <summary>Cancelled when the gate ends the request before it became a stream, and when a stream that it ended does not come to its end.</summary>
    public CancellationToken Ended => cancel.Token;

    /// <summary>Why the gate ended it; null while it has not.</summary>
    public string? EndReason => Volatile.Read(ref endReason);

    /// <summary>The status for somebody who got no answer yet when the gate ended the request.</summary>
    public int EndCode => Volatile.Read(ref endCode);

    /// <summary>Begins with a request, whose typed feature it becomes.</summary>
    /// <param name="snapshot">The state that decides about it.</param>
    public static ProxyExchange Open(HttpContext context, RegistrySnapshot snapshot, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var exchange = new ProxyExchange(time)
        {
            Snapshot = snapshot,
            Client = context.Features.Get<OpenConnection>(),
            Audit = new()
            {
                RequestId = Guid.CreateVersion7(now).ToString("N"),
                StartedAt = now,
                Method = context.Request.Method,
                Path = question < 0 ? rawTarget : rawTarget[..question],
                RemoteAddress = RemoteAddress.Of(context.Connection),
                UserAgent = context.Request.Headers.UserAgent,
                AuditId = context.Request.Headers["Audit-ID"],
                Revision = snapshot.RevisionId,
            },
        };
        context.Features.Set(exchange);
        return exchange;
    }

    /// <summary>
    /// Ends the request: a stream cleanly, at the end of a frame; anything else by cancelling it. The reason goes into the audit record and,
    /// where there is a way to say it, to the person.
    /// </summary>
    /// <param name="code">The status for somebody who got no answer yet.</param>
    /// <param name="atMost">How long a stream's clean end may take before it is cut; infinite where something else sets a limit.</param>
    /// <returns>False when it had been ended before.</returns>
    public bool End(string reason, int code, TimeSpan atMost)
    {
        EndableStream? running;
        lock (gate)
        {
            if (endReason is not null)
            {
                return false;
            }

            endCode = code;
            endReason = reason;
            running = stream;
        }

        if (running is null)
        {
            // Elsewhere: what waits for this would go on within the call, while the caller has others to end.
            _ = cancel.CancelAsync();
        }
        else
        {
            running.End(reason);
            var longest = atMost == Timeout.InfiniteTimeSpan ? atMost : atMost + running.Goodbye;
            cut = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), cancel, longest, Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    /// <summary>From now on ending means ending this stream.</summary>
    public void Becomes(EndableStream running)
    {
        lock (gate)
        {
            stream = running;
        }

        Clock?.Active();
        if (EndReason is { } reason)
        {
            running.End(reason);
        }
    }
}
