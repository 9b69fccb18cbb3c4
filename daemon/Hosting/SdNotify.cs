using System.Net.Sockets;
using System.Text;

namespace Tidegate.Hosting;

/// <summary>
/// Tells systemd about the state of the program: one datagram of <c>NAME=value</c> lines for each message, to the socket that
/// <c>$NOTIFY_SOCKET</c> names. Without that variable, and when the socket does not take a message, nothing happens: no program should stop because
/// its supervisor does not listen. Source: sd_notify(3).
/// </summary>
/// <remarks>Microsoft's package for systemd knows only READY and STOPPING.</remarks>
internal sealed partial class SdNotify
{
    /// <summary>systemd cuts a status at its own limit; this one keeps a message in one datagram.</summary>
    private const int MaxStatusLength = 1024;

    private readonly UnixDomainSocketEndPoint? address;
    private readonly TimeProvider time;
    private readonly ILogger<SdNotify> logger;

    /// <param name="socketPath">The value of <c>$NOTIFY_SOCKET</c>: an absolute path, or a name behind an @ for an abstract socket.</param>
    public SdNotify(string? socketPath, TimeProvider time, ILogger<SdNotify> logger)
    {
        this.time = time;
        this.logger = logger;
        try
        {
            address = socketPath switch
            {
                ['/', _, ..] => new(socketPath),
                ['@', _, ..] => new($"\0{socketPath.AsSpan(1)}"),
                null or "" => null,
                _ => throw new ArgumentException("it is neither a path nor an abstract name"),
            };
        }
        catch (ArgumentException e)
        {
            Log.BadSocket(logger, socketPath, e.Message);
        }
    }

    /// <summary>Whether somebody wants to know.</summary>
    public bool IsEnabled => address is not null;

    /// <summary>Reads the variable and removes it, so that programs that the daemon starts do not speak in its name.</summary>
    public static SdNotify FromEnvironment(TimeProvider time, ILogger<SdNotify> logger)
    {
        const string Variable = "NOTIFY_SOCKET";
        var path = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return new(path, time, logger);
    }

    /// <summary>The start, or a reload, is complete.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>
    /// A reload begins; <see cref="Ready"/> ends it. The time makes systemd (<c>Type=notify-reload</c>) sure that the message answers its own request.
    /// </summary>
    public void Reloading()
    {
        // TimeProvider.System counts CLOCK_MONOTONIC, which is what systemd compares with.
        var microseconds = (ulong)((UInt128)time.GetTimestamp() * 1_000_000 / (UInt128)time.TimestampFrequency);
        Send($"RELOADING=1\nMONOTONIC_USEC={microseconds}");
    }

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>The program begins to stop.</summary>
    /// <param name="longest">How long that may take at most, whatever the unit's TimeoutStopSec= says.</param>
    public void Stopping(string status, TimeSpan longest) => Send($"STOPPING=1\nSTATUS={OneLine(status)}\nEXTEND_TIMEOUT_USEC={Microseconds(longest)}");

    /// <summary>A start that is still under way may take so long from now, whatever the unit's TimeoutStartSec= says.</summary>
    public void Starting(string status, TimeSpan longest) => Send($"STATUS={OneLine(status)}\nEXTEND_TIMEOUT_USEC={Microseconds(longest)}");

    /// <summary>The program is alive and well.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A status may hold text from elsewhere: a line break in it would start another assignment.</summary>
    private static string OneLine(string text)
    {
        var line = text.Length > MaxStatusLength ? text[..MaxStatusLength] : text;
        return string.Create(line.Length, line, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }

    private void Send(string message)
    {
        if (address is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(Encoding.UTF8.GetBytes(message), address);
        }
        catch (SocketException e)
        {
            Log.NotSent(logger, e.SocketErrorCode);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 1, LogLevel.Warning, "NOTIFY_SOCKET is ignored: {Value}: {Reason}")]
        public static partial void BadSocket(ILogger logger, string? value, string reason);

        [LoggerMessage(EventIds.Hosting + 2, LogLevel.Debug, "systemd did not take a message: {Reason}")]
        public static partial void NotSent(ILogger logger, SocketError reason);
    }
}
