using System.Globalization;
using System.Net;
using Tidegate.Labels;
using Tidegate.Yaml;

namespace Tidegate.Configuration;

/// <summary>The types that settings have, each with its own error. A value that is wrong reads as its default, so that reading goes on.</summary>
internal static class SettingTypes
{
    private static readonly string[] TrueWords = ["yes", "yeah", "y", "true", "1", "on"];
    private static readonly string[] FalseWords = ["no", "nope", "n", "false", "0", "off"];

    /// <summary>The words that Teleport takes for a switch, in any case, quoted or not.</summary>
    /// <returns>Null when it is none of them.</returns>
    public static bool? ParseFlag(string text)
    {
        if (TrueWords.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        return FalseWords.Contains(text, StringComparer.OrdinalIgnoreCase) ? false : null;
    }

    public static bool Flag(this SectionReader section, string key, bool absent) => section.TryFlag(key, absent) ?? absent;

    /// <summary>The switch of a service without which the daemon has nothing to do.</summary>
    /// <param name="otherwise">Why it must be on.</param>
    public static bool MustBeEnabled(this SectionReader section, string otherwise)
    {
        const string Key = "enabled";
        var enabled = section.TryFlag(Key, absent: false);
        if (enabled == false)
        {
            section.Problems.Error(section.KeyPlace(Key), section.FieldOf(Key), $"must be \"yes\": {otherwise}");
        }

        return enabled == true;
    }

    public static string? Text(this SectionReader section, string key)
    {
        if (section.Value(key) is not { } setting)
        {
            return null;
        }

        if (setting.Text.Length > 0 && !setting.Text.Any(char.IsControl))
        {
            return setting.Text;
        }

        section.Problems.Error(setting.Place, setting.Field, "must be text without control characters and not empty");
        return null;
    }

    /// <summary>A duration between two bounds, both included.</summary>
    public static TimeSpan Duration(this SectionReader section, string key, TimeSpan absent, TimeSpan least, TimeSpan most)
    {
        section.Note(key, FieldShape.Value, "a duration", GoDuration.ToString(absent), $"{GoDuration.ToString(least)} to {GoDuration.ToString(most)}");
        if (section.Value(key) is not { } setting)
        {
            return absent;
        }

        if (!GoDuration.TryParse(setting.Text, out var value, out var error))
        {
            section.Problems.Error(setting.Place, setting.Field, error);
        }
        else if (value < least || value > most)
        {
            section.Problems.Error(
                setting.Place, setting.Field, $"{setting.Text} is out of range; write {GoDuration.ToString(least)} to {GoDuration.ToString(most)}");
        }
        else
        {
            return value;
        }

        return absent;
    }

    public static int Number(this SectionReader section, string key, int absent, int least, int most)
    {
        section.Note(key, FieldShape.Value, "a whole number", string.Create(CultureInfo.InvariantCulture, $"{absent}"), string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));
        if (section.Value(key) is not { } setting)
        {
            return absent;
        }

        if (int.TryParse(setting.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be a whole number from {least} to {most}");
        return absent;
    }

    /// <summary>One of several words, in any case.</summary>
    public static T Choice<T>(this SectionReader section, string key, T absent, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var words = new List<string>();
        string? standard = null;
        foreach (var (word, value) in choices)
        {
            words.Add(word);
            standard ??= EqualityComparer<T>.Default.Equals(value, absent) ? word : null;
        }

        section.Note(key, FieldShape.Value, "a word", standard, string.Join(", ", words));
        if (section.Value(key) is not { } setting)
        {
            return absent;
        }

        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, setting.Text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" is not one of {string.Join(", ", words)}");
        return absent;
    }

    /// <summary>An absolute path, remembered for the check of the file system.</summary>
    public static string? FilePath(this SectionReader section, string key, FileReferenceKind? kind)
    {
        section.Note(key, FieldShape.Value, "an absolute path");
        return section.Value(key) is { } setting ? section.FilePath(setting, kind) : null;
    }

    public static string? FilePath(this SectionReader section, Setting setting, FileReferenceKind? kind)
    {
        if (kind is FileReferenceKind.Input or FileReferenceKind.Secret && CredentialFile.IsMeant(setting.Text))
        {
            return section.CredentialPath(setting);
        }

        if (!setting.Text.StartsWith('/') || setting.Text.Any(char.IsControl))
        {
            section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be an absolute path, beginning with /");
            return null;
        }

        if (kind is { } checkedKind)
        {
            section.Problems.Refer(setting.Text, checkedKind, setting.Place, setting.Field);
        }

        return setting.Text;
    }

    private static string? CredentialPath(this SectionReader section, Setting setting)
    {
        var path = CredentialFile.Resolve(setting.Text, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), File.Exists);
        if (path is null)
        {
            section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" names no credential; after the slash there must be the name of one file in {CredentialFile.Source}");
            return null;
        }

        section.Problems.Refer(path, FileReferenceKind.Credential, setting.Place, setting.Field);
        return path;
    }

    /// <summary>An address to listen on: <c>address:port</c>, <c>:port</c> for all addresses, <c>localhost:port</c>.</summary>
    /// <param name="defaultPort">Null: the port must be there.</param>
    public static IPEndPoint? ListenAddress(this SectionReader section, string key, int? defaultPort)
    {
        var bounds = defaultPort is { } port ? string.Create(CultureInfo.InvariantCulture, $"without a port, {port} is meant") : null;
        section.Note(key, FieldShape.Value, "an IP address and a port", bounds: bounds);
        if (section.Value(key) is not { } setting)
        {
            return null;
        }

        if (HostAndPort(setting.Text, defaultPort) is { } parts)
        {
            var host = parts.Host switch
            {
                "" => "0.0.0.0",
                "localhost" => "127.0.0.1",
                var other => other,
            };
            if (IPAddress.TryParse(host, out var address))
            {
                return new(address, parts.Port);
            }
        }

        section.Problems.Error(
            setting.Place, setting.Field, $"\"{setting.Text}\" must be an IP address and a port, such as 0.0.0.0:3026 or [::]:3026");
        return null;
    }

    /// <summary>A host name or address under which people reach the daemon.</summary>
    public static HostPort? PublicAddress(this SectionReader section, Setting setting, int defaultPort)
    {
        if (HostAndPort(setting.Text, defaultPort) is { Host.Length: > 0, Port: > 0 } parts
            && Uri.CheckHostName(parts.Host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return parts;
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be a host name and a port, such as gate.example.com:{defaultPort}");
        return null;
    }

    private static HostPort? HostAndPort(string text, int? defaultPort)
    {
        // Without brackets, two colons can only be an IPv6 address without a port.
        var bare = IPAddress.TryParse(text, out _) && text.Contains("::", StringComparison.Ordinal) && !text.StartsWith('[');
        var colon = bare ? -1 : text.LastIndexOf(':');
        if (colon >= 0 && text.EndsWith(']'))
        {
            colon = -1;
        }

        var host = colon < 0 ? text : text[..colon];
        if (host.StartsWith('[') != host.EndsWith(']') || (!bare && !host.StartsWith('[') && host.Contains(':', StringComparison.Ordinal)))
        {
            return null;
        }

        var port = defaultPort;
        if (colon >= 0)
        {
            port = ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written : null;
        }

        return port is { } number ? new(host.Trim('[', ']'), number) : null;
    }

    /// <returns>Null after an error.</returns>
    private static bool? TryFlag(this SectionReader section, string key, bool absent)
    {
        section.Note(key, FieldShape.Value, "a switch", absent ? "yes" : "no", "yes or no");
        if (section.Value(key) is not { } setting)
        {
            return absent;
        }

        if (ParseFlag(setting.Text) is { } flag)
        {
            return flag;
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" is neither yes nor no; write \"yes\" or \"no\"");
        return null;
    }
}
