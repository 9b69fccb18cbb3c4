using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Health;
using Tidegate.Kubernetes;
using Tidegate.Registry;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Health;

/// <summary>What the journal says of a cluster when it is registered.</summary>
public sealed class ClusterCheckTests : IAsyncLifetime
{
    private readonly ClusterRegistry registry = new(new(Labels.LabelSet.Empty, []), Loopback.Upstream, TimeProvider.System, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
    private readonly Messages messages = new();
    private ClusterHealth health = null!;
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource stopping = new();
    private SimulatedCluster cluster = null!;
    private ClusterCheck checks = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        health = new(time, messages);
        checks = new(registry, health, time);
        running = checks.RunAsync(stopping.Token);
    }

    public async Task DisposeAsync()
    {
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        await cluster.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task An_account_that_may_impersonate_is_fine()
    {
        registry.Apply(new StateBuilder().Cluster("good", With(cluster.GateToken)).Build());
        (await messages.NextAsync()).ShouldBe("Debug: Cluster good answers and lets the gate impersonate");
    }

    [Fact]
    public async Task An_account_that_may_not_is_named_with_the_remedy()
    {
        registry.Apply(new StateBuilder().Cluster("weak", With(cluster.AddToken("somebody"))).Build());
        (await messages.NextAsync()).ShouldStartWith(
            "Warning: Cluster weak: the credential of its kubeconfig may not impersonate users, groups, serviceaccounts; ");
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_or_refuses_the_credential_is_named()
    {
        registry.Apply(new StateBuilder().Cluster("gone", new(new("https://127.0.0.1:1"))).Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster gone could not be checked: Connection refused");
        registry.Apply(new StateBuilder().Cluster("stranger", With("unknown")).Build());
        (await messages.NextAsync()).ShouldBe(
            "Warning: Cluster stranger does not accept the credential of its kubeconfig: it answered 401 to a SelfSubjectAccessReview; requests through the gate are answered 502 there. Make a new token or certificate and commit the kubeconfig");
    }

    [Fact]
    public async Task A_cluster_is_looked_at_again_only_with_another_credential()
    {
        var state = new StateBuilder().Cluster("good", With(cluster.GateToken));
        registry.Apply(state.Build());
        await messages.NextAsync();
        registry.Apply(state.Build());
        registry.Apply(state.Cluster("second", With(cluster.GateToken)).Build());
        (await messages.NextAsync()).ShouldContain("second");
        registry.Apply(state.Cluster("good", With(cluster.AddToken("somebody"))).Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster good");
    }

    [Fact]
    public async Task A_cluster_found_wanting_is_looked_at_each_minute_and_said_once_then_hourly()
    {
        var token = cluster.AddToken("weakling");
        registry.Apply(new StateBuilder().Cluster("weak", With(token)).Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster weak: ");
        for (var i = 1; i < 60; i++)
        {
            (await AfterAMinuteAsync()).ShouldStartWith("Debug: Cluster weak was checked again and is not well: users, groups");
        }

        (await AfterAMinuteAsync()).ShouldStartWith("Warning: Cluster weak is still not well, 61 checks since 2000-01-01 00:00:00Z: users, groups");
        cluster.RevokeToken(token);
        (await AfterAMinuteAsync()).ShouldStartWith("Warning: Cluster weak does not accept the credential of its kubeconfig: it answered 401", Case.Sensitive, "another reason is news");
        registry.Current.Clusters["weak"].Upstream.Conditions.IsWell.ShouldBe(false);
    }

    [Fact]
    public async Task A_cluster_that_is_well_again_is_named_with_the_length_of_its_trouble()
    {
        registry.Apply(new StateBuilder().Cluster("weak", With(cluster.AddToken("weakling"))).Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster weak: ");
        await AfterAMinuteAsync();
        registry.Current.Clusters["weak"].Upstream.Conditions.IsWell.ShouldBe(false);
        cluster.Bind("User", "weakling", "impersonator");
        (await AfterAMinuteAsync()).ShouldBe("Information: Cluster weak answers and lets the gate impersonate, after 2 failed checks in 120 s");
        registry.Current.Clusters["weak"].Upstream.Conditions.IsWell.ShouldBe(true);
    }

    [Fact]
    public async Task Only_what_is_wanting_and_registered_is_looked_at_again()
    {
        var sick = new StateBuilder().Cluster("sick", With(cluster.AddToken("weakling")));
        registry.Apply(sick.Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster sick: ");
        registry.Apply(sick.Cluster("good", With(cluster.GateToken)).Build());
        (await messages.NextAsync()).ShouldStartWith("Debug: Cluster good ");
        registry.Apply(sick.Cluster("gone", With(cluster.AddToken("another"))).Build());
        (await messages.NextAsync()).ShouldStartWith("Warning: Cluster gone: ");
        registry.Apply(sick.WithoutCluster("gone").Build());
        var asked = Reviews;
        for (var i = 1; i <= 5; i++)
        {
            (await AfterAMinuteAsync()).ShouldStartWith("Debug: Cluster sick ");
            Reviews.ShouldBe(asked + (3 * i));
        }
    }

    /// <summary>The questions that the cluster was asked.</summary>
    private int Reviews => cluster.Requests.Count(r => r.RawTarget.Contains("selfsubjectaccessreviews", StringComparison.Ordinal));

    private Task<string> AfterAMinuteAsync()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        return messages.NextAsync();
    }

    private ClusterCredential With(string token) => new(new(cluster.Url)) { CertificateAuthorityPem = cluster.AuthorityPem, Token = token };

    /// <summary>Log entries as text, in order.</summary>
    private sealed class Messages : ILogger<ClusterHealth>
    {
        private readonly ConcurrentQueue<string> entries = new();
        private readonly SemaphoreSlim arrived = new(0);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            entries.Enqueue($"{logLevel}: {formatter(state, exception)}");
            arrived.Release();
        }

        public async Task<string> NextAsync()
        {
            (await arrived.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeTrue("no entry came");
            entries.TryDequeue(out var entry).ShouldBeTrue();
            return entry!;
        }
    }
}
