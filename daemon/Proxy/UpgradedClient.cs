using Microsoft.AspNetCore.Http.Features;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// The client's side of an upgraded request. Kestrel calls a request aborted as soon as the end of the client's connection arrives, while what the client sent
/// before it still waits to be read, and the forwarder would drop that. Here a request whose client is gone is aborted when all of it has been read, or when the
/// cluster has not taken it within <see cref="LongestRest"/>.
/// </summary>
internal sealed class UpgradedClient : IHttpRequestLifetimeFeature, IHttpUpgradeFeature, IHttpExtendedConnectFeature, IDisposable
{
    private readonly IHttpRequestLifetimeFeature lifetime;
    private readonly IHttpUpgradeFeature? upgrade;
    private readonly IHttpExtendedConnectFeature? connect;
    private readonly TimeProvider time;
    private readonly CancellationTokenRegistration gone;
    // Never disposed: the client may go at the moment when the stream ends.
    private readonly CancellationTokenSource aborted = new();
    private readonly Lock gate = new();
    private ITimer? rest;
    private bool isRead;
    private bool isDone;

    private UpgradedClient(HttpContext context, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, TimeProvider time)
    {
        lifetime = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        this.upgrade = upgrade;
        this.connect = connect;
        this.time = time;
        RequestAborted = aborted.Token;
        gone = lifetime.RequestAborted.UnsafeRegister(static self => ((UpgradedClient)self!).Gone(), this);
    }

    /// <summary>How long what a client has sent before it went may take on its way to the cluster.</summary>
    public static TimeSpan LongestRest { get; } = TimeSpan.FromSeconds(10);

    /// <summary>That all was read, or could not be; or that the gate has aborted the request.</summary>
    public CancellationToken RequestAborted { get; set; }

    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest == true;

    public bool IsExtendedConnect => connect?.IsExtendedConnect == true;

    public string? Protocol => connect?.Protocol;

    /// <summary>Puts itself between a request and the server when the request asks for an upgrade; null when it does not.</summary>
    public static UpgradedClient? Of(HttpContext context, TimeProvider time)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var connect = context.Features.Get<IHttpExtendedConnectFeature>();
        if (upgrade?.IsUpgradableRequest != true && connect?.IsExtendedConnect != true)
        {
            return null;
        }

        var client = new UpgradedClient(context, upgrade, connect, time);
        context.Features.Set<IHttpRequestLifetimeFeature>(client);
        if (upgrade is not null)
        {
            context.Features.Set<IHttpUpgradeFeature>(client);
        }

        if (connect is not null)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(client);
        }

        return client;
    }

    public async Task<Stream> UpgradeAsync() => new ReadToEnd(await upgrade!.UpgradeAsync(), this);

    public async ValueTask<Stream> AcceptAsync() => new ReadToEnd(await connect!.AcceptAsync(), this);

    public void Abort()
    {
        lifetime.Abort();
        aborted.Cancel();
    }

    /// <summary>The request is over; its features stay in place and say nothing more.</summary>
    public void Dispose()
    {
        gone.Dispose();
        lock (gate)
        {
            isDone = true;
            rest?.Dispose();
        }
    }

    private void Gone()
    {
        lock (gate)
        {
            if (!isRead && !isDone)
            {
                rest ??= time.CreateTimer(static self => ((UpgradedClient)self!).aborted.Cancel(), this, LongestRest, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        aborted.Cancel();
    }

    private void Read()
    {
        lock (gate)
        {
            isRead = true;
            if (!lifetime.RequestAborted.IsCancellationRequested)
            {
                // An HTTP/2 client may end its half and go on listening.
                return;
            }
        }

        aborted.Cancel();
    }

    /// <summary>The client's stream, which tells when nothing more comes.</summary>
    private sealed class ReadToEnd(Stream inner, UpgradedClient client) : ForwardOnlyStream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                if (read == 0 && !buffer.IsEmpty)
                {
                    client.Read();
                }

                return read;
            }
            catch
            {
                client.Read();
                throw;
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
