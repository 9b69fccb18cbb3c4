using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Limits;
using Tidegate.Listener;

namespace Tidegate.Api;

/// <summary>
/// The unix socket that the command line talks to. Who may connect is a matter of the file's mode: its owner and group, nobody else.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    public const string FileName = "admin.sock";

    // sun_path of unix(7), less the final zero.
    private const int LongestPath = 107;

    private readonly WebApplication app;
    private readonly IReadOnlyList<string> paths;

    private AdminServer(WebApplication app, IReadOnlyList<string> paths)
    {
        this.app = app;
        this.paths = paths;
    }

    /// <summary>Where the sockets are: in the data folder, and in the one that systemd makes under /run, which the group may enter.</summary>
    /// <param name="runtimeDirectory"><c>$RUNTIME_DIRECTORY</c>: one folder, or several between colons of which the first counts.</param>
    public static IReadOnlyList<string> Paths(string dataDir, string? runtimeDirectory) =>
        [.. new[] { dataDir, runtimeDirectory?.Split(':')[0] }.Where(d => d is { Length: > 0 }).Select(d => Path.Combine(d!, FileName)).Distinct()];

    /// <summary>Builds the server; nothing listens before <see cref="StartAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">A path is too long for a socket, or another daemon answers there.</exception>
    public static AdminServer Create(IReadOnlyList<string> paths, AdminApi api, ILoggerFactory loggers)
    {
        foreach (var path in paths)
        {
            if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
            {
                throw new InvalidOperationException($"the path of the socket {path} is longer than {LongestPath} bytes; choose a shorter data_dir");
            }

            RemoveStale(path);
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        QuietLifetime.Use(builder);
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = OpenFiles.OfOwnListener();
            foreach (var path in paths)
            {
                options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        var app = builder.Build();
        app.Run(api.HandleAsync);
        return new(app, paths);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);

        // The folder is closed to others from the beginning, so nobody slips in before this line.
        foreach (var path in paths)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>A killed daemon leaves its socket behind; a living one answers on it.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new InvalidOperationException($"another tidegate is running: it answers on {path}; stop it, or give this one its own data_dir");
    }
}
