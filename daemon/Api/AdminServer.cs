using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

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
    private readonly string path;

    private AdminServer(WebApplication app, string path)
    {
        this.app = app;
        this.path = path;
    }

    /// <summary>Builds the server; nothing listens before <see cref="StartAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The path is too long for a socket, or another daemon answers there.</exception>
    public static AdminServer Create(string path, AdminApi api, ILoggerFactory loggers)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new InvalidOperationException($"the path of the socket {path} is longer than {LongestPath} bytes; choose a shorter data_dir");
        }

        RemoveStale(path);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(api.HandleAsync);
        return new(app, path);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);

        // The folder is closed to others from the beginning, so nobody slips in before this line.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
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
