using System.CommandLine;
using Tidegate.Api;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary>Options that several verbs share, and what follows from them.</summary>
internal static class Options
{
    private const string PackagedSocket = "/run/tidegate/admin.sock";
    private const string DefaultDataDir = "/var/lib/tidegate";

    /// <summary><c>--config</c>, then <c>TIDEGATE_CONFIG</c>, then the default path.</summary>
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = $"Path of teleport.yaml (default: $TIDEGATE_CONFIG, else {ConfigurationReader.DefaultPath})",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TIDEGATE_CONFIG") is { Length: > 0 } path ? path : ConfigurationReader.DefaultPath,
    };

    public static Option<string?> Socket() => new("--socket")
    {
        Description = "Path of the daemon's admin.sock (default: in the data_dir of the configuration)",
        HelpName = "PATH",
    };

    public static Option<OutputFormat> Format(OutputFormat standard) => new("--format")
    {
        Description = "How to print: text, json or yaml",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => standard,
    };

    /// <summary>Where the daemon listens: as told, else in the configuration's data_dir, else where packages put it.</summary>
    public static string SocketPath(string? told, string config)
    {
        if (told is not null)
        {
            return told;
        }

        if (ConfigurationReader.Read(config).Configuration is { } configuration)
        {
            // Members of the group may not enter the data folder of a packaged daemon; the socket under /run is theirs.
            var own = Path.Combine(configuration.Teleport.DataDir, AdminServer.FileName);
            return configuration.Teleport.DataDir == DefaultDataDir && !File.Exists(own) && File.Exists(PackagedSocket) ? PackagedSocket : own;
        }

        return File.Exists(PackagedSocket) ? PackagedSocket : Path.Combine(DefaultDataDir, AdminServer.FileName);
    }
}

/// <summary>How a listing is printed.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Yaml,
}
