using System.Globalization;

namespace Tidegate.Load;

/// <summary>How requests share connections.</summary>
internal enum ConnectionUse
{
    /// <summary>A new connection, with a full handshake, for each request.</summary>
    New,

    /// <summary>HTTP/1.1 with kept-alive connections.</summary>
    Kept,

    /// <summary>HTTP/2, all requests on as few connections as the server allows.</summary>
    Http2,
}

/// <summary>What to send, and to whom.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        usage: LoadClient --url https://HOST:PORT/clusters/NAME --ca FILE --cert FILE --key FILE
                          [--rate REQUESTS-PER-SECOND] [--seconds N] [--connections new|kept|http2] [--watches N]
                          [--path PATH] [--watch-path PATH] [--timeout SECONDS] [--until-drained SECONDS]
                          [--until-file FILE]

        Sends requests at a fixed rate, whether or not earlier ones were answered, and holds watches open meanwhile. With --until-drained
        it goes on after --seconds until the server has ended every watch, at most so many seconds longer, or, with
        --until-file, until that file is there. Writes the line
        "started" to stderr when the watches are open and the first request was answered, and at the end one line of JSON to stdout.
        """;

    public string Url { get; private init; } = "";

    /// <summary>PEM file with the authority that issued the server's certificate.</summary>
    public string Authority { get; private init; } = "";

    public string Certificate { get; private init; } = "";

    public string Key { get; private init; } = "";

    /// <summary>Requests a second; 0: none, only watches.</summary>
    public int Rate { get; private init; } = 200;

    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much longer than <see cref="Duration"/> the run may go on while watches are open: how long a restart takes depends on how busy the machine is.</summary>
    public TimeSpan UntilDrained { get; private init; }

    /// <summary>A file that ends the longer run once it is there: whoever changes something meanwhile says so when it has been looked at. Null: none.</summary>
    public string? UntilFile { get; private init; }

    /// <summary>The longest that one request may take, from the moment at which it was due.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromSeconds(120);

    public ConnectionUse Connections { get; private init; } = ConnectionUse.Kept;

    public int Watches { get; private init; }

    public string Path { get; private init; } = "/api/v1/namespaces/default/pods";

    public string WatchPath { get; private init; } = "/api/v1/namespaces/default/pods?watch=true";

    /// <returns>Null, and what is wrong, when the arguments cannot be used.</returns>
    public static LoadOptions? Parse(string[] args, out string error)
    {
        var options = new LoadOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (With(options, args[i], value) is not { } next)
            {
                error = $"cannot use \"{args[i]} {value}\"";
                return null;
            }

            options = next;
        }

        error = new[] { options.Url, options.Authority, options.Certificate, options.Key }.Any(required => required.Length == 0)
            ? "--url, --ca, --cert and --key are required"
            : "";
        return error.Length == 0 ? options : null;
    }

    private static LoadOptions? With(LoadOptions options, string name, string value) => (name, Number(value)) switch
    {
        (_, _) when value.Length == 0 => null,
        ("--url", _) => options with { Url = value.TrimEnd('/') },
        ("--ca", _) => options with { Authority = value },
        ("--cert", _) => options with { Certificate = value },
        ("--key", _) => options with { Key = value },
        ("--until-file", _) => options with { UntilFile = value },
        ("--path", _) => options with { Path = value },
        ("--watch-path", _) => options with { WatchPath = value },
        ("--connections", _) when Enum.TryParse<ConnectionUse>(value, ignoreCase: true, out var use) => options with { Connections = use },
        ("--rate", { } number) => options with { Rate = number },
        ("--seconds", { } number) => options with { Duration = TimeSpan.FromSeconds(number) },
        ("--until-drained", { } number) => options with { UntilDrained = TimeSpan.FromSeconds(number) },
        ("--timeout", { } number) => options with { Timeout = TimeSpan.FromSeconds(number) },
        ("--watches", { } number) => options with { Watches = number },
        _ => null,
    };

    private static int? Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
