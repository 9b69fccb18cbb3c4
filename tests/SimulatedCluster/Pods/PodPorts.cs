using System.Globalization;
using System.Text;

namespace Tidegate.Simulation.Pods;

/// <summary>What listens in a pod: an HTTP answerer on 80 and 8080, an echo on 7.</summary>
internal static class PodPorts
{
    private const int MaxHead = 64 * 1024;

    /// <returns>False if nothing listens on the port.</returns>
    public static async Task<bool> TryServeAsync(PodRuntime pod, int port, Stream connection, CancellationToken cancellationToken)
    {
        switch (port)
        {
            case 7:
                await connection.CopyToAsync(connection, cancellationToken);
                return true;
            case 80 or 8080:
                while (await AnswerOneAsync(pod, port, connection, cancellationToken))
                {
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Answers one request: <c>/bytes/N</c> with N bytes, any other path with a line that names pod and path.</summary>
    /// <returns>Whether the connection stays open.</returns>
    private static async Task<bool> AnswerOneAsync(PodRuntime pod, int port, Stream connection, CancellationToken cancellationToken)
    {
        string head = await ReadHeadAsync(connection, cancellationToken);
        if (head.Length == 0)
        {
            return false;
        }

        string[] lines = head.Split("\r\n");
        string[] start = lines[0].Split(' ');
        string path = start.Length > 1 ? start[1] : "/";
        string? length = Array.Find(lines, l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        if (length is not null && long.TryParse(length.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture, out long body))
        {
            await connection.ReadExactlyAsync(new byte[body], cancellationToken);
        }

        byte[] answer = path.StartsWith("/bytes/", StringComparison.Ordinal) && int.TryParse(path.AsSpan("/bytes/".Length), CultureInfo.InvariantCulture, out int count)
            ? new byte[count]
            : Encoding.UTF8.GetBytes($"pod {pod.Name} in {pod.Namespace} port {port}: {start[0]} {path}\n");
        bool close = Array.Exists(lines, l => l.Equals("Connection: close", StringComparison.OrdinalIgnoreCase));
        string response = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {answer.Length}\r\n{(close ? "Connection: close\r\n" : "")}\r\n";
        await connection.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(response), .. answer], cancellationToken);
        return !close;
    }

    private static async Task<string> ReadHeadAsync(Stream connection, CancellationToken cancellationToken)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (head.Count < MaxHead && await connection.ReadAsync(one, cancellationToken) > 0)
        {
            head.Add(one[0]);
            if (head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n')
            {
                return Encoding.Latin1.GetString([.. head]);
            }
        }

        return "";
    }
}
