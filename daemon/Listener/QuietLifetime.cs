namespace Tidegate.Listener;

/// <summary>
/// Lets a web server start and stop with its owner. The platform's own lifetime listens to SIGTERM by itself: a server that is just starting then breaks off with
/// an exception, whoever started it.
/// </summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public static void Use(WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
