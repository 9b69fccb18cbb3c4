using System.ComponentModel;
using System.Net.Sockets;

namespace Serilog.Sinks.Journald;

/// <summary>
/// The journal's socket for entries in its native form. Sends without waiting unless told how long to, connects when the first entry is
/// sent and again whenever the journal went away. Safe for use by several threads.
/// </summary>
internal sealed class JournaldSocket : IDisposable
{
    public const string DefaultPath = "/run/systemd/journal/socket";

    /// <summary>EAGAIN: the receiver's queue is full.</summary>
    private const int TryAgain = 11;

    private readonly Lock access = new();
    private readonly string path;
    private readonly UnixDomainSocketEndPoint address;
    private readonly TimeProvider time;
    private Socket? socket;
    private bool disposed;

    /// <exception cref="ArgumentException">The path is too long for a socket.</exception>
    public JournaldSocket(string path, TimeProvider time)
    {
        this.path = path;
        address = new(path);
        this.time = time;
    }

    /// <summary>Sends one entry at once or not at all. Never waits and never throws for a journal that is full or away.</summary>
    public JournaldSendResult Send(ReadOnlySpan<byte> entry)
    {
        lock (access)
        {
            // A socket to a journal that has been restarted fails once; the second try is on a new one.
            return TrySend(entry) ?? TrySend(entry) ?? Unreachable("the connection was closed");
        }
    }

    /// <summary>As <see cref="Send(ReadOnlySpan{byte})"/>, but while the journal's queue is full waits for up to <paramref name="patience"/>.</summary>
    public JournaldSendResult Send(ReadOnlySpan<byte> entry, TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var result = Send(entry);
            var left = patience - time.GetElapsedTime(start);
            if (result.Status != JournaldSendStatus.Full || left <= TimeSpan.Zero || !WaitForRoom(left))
            {
                return result;
            }
        }
    }

    public void Dispose()
    {
        lock (access)
        {
            disposed = true;
            Disconnect();
        }
    }

    /// <returns>Null when the connection was lost and a new one may do better.</returns>
    private JournaldSendResult? TrySend(ReadOnlySpan<byte> entry)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var isNew = socket is null;
        if (isNew && Connect() is { } failure)
        {
            return failure;
        }

        try
        {
            socket!.Send(entry, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => JournaldSendResult.Sent,
                SocketError.WouldBlock => Full(),
                SocketError.MessageSize or SocketError.NoBufferSpaceAvailable => SendAsFile(entry, isNew),
                _ => Lost(isNew, ReasonOf(error)),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(JournaldSendStatus.Refused, e.Message);
        }
    }

    private JournaldSendResult? SendAsFile(ReadOnlySpan<byte> entry, bool isNew) => SealedMemory.Send(socket!.SafeHandle, entry) switch
    {
        0 => JournaldSendResult.Sent,
        TryAgain => Full(),
        var error => Lost(isNew, new Win32Exception(error).Message),
    };

    private JournaldSendResult? Connect()
    {
        Socket? attempt = null;
        try
        {
            attempt = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            attempt.Connect(address);
            socket = attempt;
            return null;
        }
        catch (SocketException e)
        {
            attempt?.Dispose();
            return Unreachable(ReasonOf(e.SocketErrorCode));
        }
    }

    private JournaldSendResult? Lost(bool isNew, string reason)
    {
        Disconnect();
        return isNew ? Unreachable(reason) : null;
    }

    private void Disconnect()
    {
        socket?.Dispose();
        socket = null;
    }

    private bool WaitForRoom(TimeSpan longest)
    {
        try
        {
            Volatile.Read(ref socket)?.Poll(longest, SelectMode.SelectWrite);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static string ReasonOf(SocketError error) => error switch
    {
        // What .NET makes of ENOENT.
        SocketError.AddressNotAvailable => "it does not exist",
        SocketError.ConnectionRefused => "nobody listens",
        _ => new SocketException((int)error).Message,
    };

    private JournaldSendResult Full() => new(JournaldSendStatus.Full, $"the journal does not keep up with what is sent to {path}");

    private JournaldSendResult Unreachable(string reason) => new(JournaldSendStatus.Unreachable, $"the journal's socket {path} is not reachable: {reason}");
}
