using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>Asks the daemon over its unix socket.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient http;

    public AdminClient(string socketPath)
    {
        http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException e)
                {
                    socket.Dispose();
                    throw new CommandException(WhyNot(socketPath, e), ExitCode.Unreachable);
                }
            },
        })
        {
            BaseAddress = new("http://tidegate/"),

            // A sync takes as long as its fetch; the daemon has the deadline.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, path), type, cancellationToken);

    public Task<T> PostAsync<T>(string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Post, path) { Content = body }, type, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return await response.Content.ReadFromJsonAsync(type, cancellationToken)
                    ?? throw new CommandException("the daemon gave an empty answer", ExitCode.Failed);
            }

            var error = await response.Content.ReadFromJsonAsync(ApiJson.Default.ErrorView, cancellationToken);
            throw new CommandException(error?.Error ?? $"the daemon answered {(int)response.StatusCode}", ExitCode.Failed);
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException as CommandException ?? new CommandException($"the daemon broke off: {e.Message}", ExitCode.Unreachable);
        }
        catch (JsonException e)
        {
            throw new CommandException($"the daemon's answer is not understood ({e.Message}); are both of the same version?", ExitCode.Failed);
        }
    }

    private static string WhyNot(string path, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AccessDenied => $"the socket {path} may not be used by you; run as root or join the group tidegate",
        _ when !File.Exists(path) => $"the daemon is not reachable: there is no socket {path}; is it running, and with this data_dir?",
        _ => $"the daemon is not reachable on {path}: {e.Message}; is it running?",
    };
}
