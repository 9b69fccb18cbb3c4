using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Audit;

/// <summary>The daemon's log holds neither what people run nor what the gate presents to clusters, at any level.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task No_message_holds_a_query_or_a_credential()
    {
        using var loggers = new Recorder();
        await using var scene = new Scene { Loggers = loggers };
        await scene.InitializeAsync();
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/a/pods/b/exec?command=the-password", "Authorization: Bearer the-password"));
        scene.Answer = r =>
        {
            r.Stream.Close();
            return Task.CompletedTask;
        };
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/a/pods/b/exec?command=the-password"));

        loggers.Messages.ShouldContain("Requests to cluster c1 fail: kubernetes cluster \"c1\" broke off the request");
        loggers.Messages.ShouldNotContain(m => m.Contains("the-password", StringComparison.Ordinal) || m.Contains(Scene.Token, StringComparison.Ordinal));
    }

    private sealed class Recorder : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
