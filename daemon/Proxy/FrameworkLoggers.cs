namespace Tidegate.Proxy;

/// <summary>
/// The loggers that the web server gets: warnings and worse, and the forwarder: none. At lower levels both write every request's address, and the
/// query of an exec is its command line. What happens to a request is in the audit log.
/// </summary>
/// <param name="least">The lowest level that is written.</param>
internal sealed class FrameworkLoggers(ILoggerFactory inner, LogLevel least = LogLevel.Warning) : ILoggerFactory
{
    // What the host says is the exception of a failed start, once more and with its stack; the daemon says it in one line.
    private const string Host = "Microsoft.Extensions.Hosting";

    // What the forwarder says is each request that a cluster or a client did not bring to its end, with its stack and without the cluster's name.
    private const string Forwarder = "Yarp";

    public ILogger CreateLogger(string categoryName) => IsSaidOtherwise(categoryName)
        ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        : new Filtered(inner.CreateLogger(categoryName), least);

    private static bool IsSaidOtherwise(string category) => category.StartsWith(Host, StringComparison.Ordinal) || category.StartsWith(Forwarder, StringComparison.Ordinal);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Leaves the loggers to whoever made them.</summary>
    public void Dispose()
    {
    }

    private sealed class Filtered(ILogger inner, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
