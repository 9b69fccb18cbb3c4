using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Tidegate.Tests.Hosting;

/// <summary>Keeps the messages that are logged, for a test to read.</summary>
internal sealed class CollectedLog<T> : ILogger<T>
{
    private readonly Channel<string> messages = Channel.CreateUnbounded<string>();

    public async Task<string> NextAsync() => await messages.Reader.ReadAsync();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        messages.Writer.TryWrite(formatter(state, exception));
}
