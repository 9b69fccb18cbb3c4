using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>How the requests of a <see cref="Load"/> use connections.</summary>
public enum LoadKind
{
    /// <summary>Each request has its own.</summary>
    NewConnections,

    /// <summary>HTTP/1.1, kept alive, by a client that never repeats a request: what is lost shows.</summary>
    KeptAlive,

    /// <summary>HTTP/2, one connection for all.</summary>
    Http2,
}

/// <summary>200 requests a second through the gate, each of which must be answered with 200.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Rate = 200;
    private const string Target = "/clusters/one/api/v1/namespaces/default/pods";

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly GateFolder folder;
    private readonly LoadKind kind;
    private readonly HttpClient http;
    private readonly Task running;
    private readonly int workers;
    private int answered;
    private long longest;

    public Load(GateFolder folder, LoadKind kind)
    {
        this.folder = folder;
        this.kind = kind;
        http = folder.Client("CN=alice", handler => handler.PooledConnectionLifetime = kind == LoadKind.NewConnections ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
        http.DefaultRequestVersion = kind == LoadKind.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        // A worker waits for its answer, so there are many where one may take as long as a restart; a connection that is kept alive is busy.
        workers = kind == LoadKind.KeptAlive ? 20 : 200;
        running = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync)));
    }

    public IReadOnlyCollection<string> Failures => failures;

    public int Answered => Volatile.Read(ref answered);

    /// <summary>The longest that an answer took.</summary>
    public TimeSpan Longest => TimeSpan.FromMilliseconds(Interlocked.Read(ref longest));

    /// <summary>Waits until so many more requests were answered.</summary>
    public async Task MoreAsync(int count)
    {
        var goal = Answered + count;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Answered < goal && failures.IsEmpty)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Ends after the requests under way.</summary>
    public async Task EndAsync()
    {
        await stopping.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        http.Dispose();
        stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        RawClient? connection = null;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)workers / Rate));
        while (!stopping.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                connection = kind == LoadKind.KeptAlive ? await AskAsync(connection) : await AskAsync();
                Interlocked.Increment(ref answered);
            }
            catch (Exception e)
            {
                failures.Enqueue($"{e.GetType().Name}: {e.Message} {e.InnerException?.Message}");
                connection = null;
            }

            var took = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            InterlockedMax(took);
            await timer.WaitForNextTickAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<RawClient?> AskAsync()
    {
        using var response = await http.GetAsync(new Uri(Target, UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return null;
    }

    private async Task<RawClient?> AskAsync(RawClient? connection)
    {
        connection ??= await RawClient.ConnectAsync(new(IPAddress.Loopback, folder.Port), folder.ClientCertificate("CN=alice"));
        await connection.SendAsync($"GET {Target} HTTP/1.1\r\nHost: gate\r\n\r\n");
        var (head, _) = await connection.ReadResponseAsync();
        head.Status.ShouldBe(200);
        if (head.Value("Connection") != "close")
        {
            return connection;
        }

        await connection.DisposeAsync();
        return null;
    }

    private void InterlockedMax(long value)
    {
        for (var seen = Interlocked.Read(ref longest); value > seen; seen = Interlocked.Read(ref longest))
        {
            Interlocked.CompareExchange(ref longest, value, seen);
        }
    }
}
