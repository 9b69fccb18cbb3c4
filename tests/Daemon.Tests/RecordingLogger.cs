using Microsoft.Extensions.Logging;

namespace Tidegate.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Waits for a line that begins so.</summary>
    public void Until(string what, string start) => SpinWait.SpinUntil(
        () => Lines.Any(l => l.StartsWith(start, StringComparison.Ordinal)), TimeSpan.FromSeconds(120)).ShouldBeTrue($"{what}: {string.Join('\n', Lines)}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
        {
            lines.Add(formatter(state, exception));
        }
    }
}
