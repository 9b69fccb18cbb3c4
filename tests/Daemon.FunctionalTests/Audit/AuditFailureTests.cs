using Tidegate.Audit;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Audit;

/// <summary>Records that cannot be written: by default nobody gets in while that is so, and it ends by itself.</summary>
public sealed class AuditFailureTests
{
    [Fact]
    public async Task A_stream_whose_start_cannot_be_recorded_does_not_reach_the_cluster()
    {
        await using var scene = new Scene { Sinks = [new BreakableSink { IsBroken = true }], Answer = Streams.AnswerAsync };
        await scene.InitializeAsync();

        var (head, body) = await scene.ExchangeAsync(Streams.Watch());

        head.Status.ShouldBe(500);
        body.ShouldContain("\"message\":\"the audit record of this stream cannot be written, so it is refused\"");
        scene.Upstream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task While_records_cannot_be_written_requests_are_refused_until_they_can()
    {
        var sink = new BreakableSink();
        await using var scene = new Scene { Sinks = [sink] };
        await scene.InitializeAsync();
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        await sink.WrittenAsync(1);

        sink.IsBroken = true;
        await using (var cut = await scene.ConnectAsync())
        {
            // The sink broke after this request was let in: its answer is not finished.
            scene.Answer = r => r.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
            await cut.SendAsync(Scene.Get("/clusters/c1/version"));
            await Should.ThrowAsync<IOException>(cut.ReadResponseAsync);
        }

        var before = scene.Upstream.Count;
        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));
        head.Status.ShouldBe(500);
        body.ShouldContain("\"message\":\"the audit record of this request cannot be written, so it is refused; ask the gate's administrator\"");
        scene.Upstream.Count.ShouldBe(before);

        sink.IsBroken = false;
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        scene.Gate.AuditLost.ShouldBeGreaterThan(0);
        sink.Texts.ShouldContain(t => t.Contains("\"code\":\"TGA001I\"", StringComparison.Ordinal), "the gap itself must be recorded");
    }

    [Fact]
    public async Task On_request_of_the_configuration_they_go_on_and_the_loss_is_counted()
    {
        await using var scene = new Scene { Sinks = [new BreakableSink { IsBroken = true }], OnAuditFailure = AuditFailure.Continue };
        await scene.InitializeAsync();

        for (var i = 0; i < 3; i++)
        {
            (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        }

        scene.Upstream.Count.ShouldBe(3);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (scene.Gate.AuditLost < 3)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }

        scene.Gate.AuditLost.ShouldBe(3);
    }

    private sealed class BreakableSink : IAuditSink
    {
        private readonly List<string> texts = [];

        public volatile bool IsBroken;

        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (texts)
                {
                    return [.. texts];
                }
            }
        }

        public void Write(AuditRecord record)
        {
            if (IsBroken)
            {
                throw new IOException("No space left on device");
            }

            lock (texts)
            {
                texts.Add(System.Text.Encoding.UTF8.GetString(record.Json.Span));
            }
        }

        public async Task WrittenAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (Texts.Count < count)
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }

        public void Dispose()
        {
        }
    }
}
