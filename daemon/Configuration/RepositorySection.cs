using System.Text.RegularExpressions;

namespace Tidegate.Configuration;

/// <summary>Reads <c>gitops_service.repository</c>.</summary>
internal static partial class RepositorySection
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public static RepositoryOptions Read(SectionReader section, bool required)
    {
        var address = RepositoryAddress.Read(section, required);
        var options = new RepositoryOptions
        {
            Url = address.Url,
            Transport = address.Transport,
            Reference = Reference(section),
            Path = Folder(section),
            Interval = section.Duration("interval", DefaultInterval, OneSecond, TimeSpan.FromDays(1)),
            Timeout = section.Duration("timeout", DefaultTimeout, OneSecond, TimeSpan.FromHours(1)),
            TokenFile = section.FilePath("token_file", FileReferenceKind.Input),
            Username = section.Text("username"),
            SshKeyFile = section.FilePath("ssh_key_file", FileReferenceKind.Input),
            KnownHostsFile = section.FilePath("known_hosts_file", FileReferenceKind.Input),
            CaFile = section.FilePath("ca_file", FileReferenceKind.Input),
        };
        section.Unsupported("semver");
        if (address.IsValid)
        {
            Authentication(section, options);
        }

        section.Close();
        return options;
    }

    /// <summary>A credential that the transport cannot use is an error: somebody believes that it protects something.</summary>
    private static void Authentication(SectionReader section, RepositoryOptions options)
    {
        var web = options.Transport is RepositoryTransport.Http or RepositoryTransport.Https;
        OnlyWith(section, "token_file", options.TokenFile, web, "an https:// url");
        OnlyWith(section, "username", options.Username, web && options.TokenFile is not null, "a token_file");
        OnlyWith(section, "ca_file", options.CaFile, options.Transport == RepositoryTransport.Https, "an https:// url");
        OnlyWith(section, "ssh_key_file", options.SshKeyFile, options.Transport == RepositoryTransport.Ssh, "an ssh url");
        OnlyWith(section, "known_hosts_file", options.KnownHostsFile, options.Transport == RepositoryTransport.Ssh, "an ssh url");
        if (options.Transport != RepositoryTransport.Ssh)
        {
            return;
        }

        if (section.Node("ssh_key_file") is null)
        {
            section.Missing("ssh_key_file", "an ssh url needs the absolute path of a private key");
        }

        if (section.Node("known_hosts_file") is null)
        {
            section.Missing("known_hosts_file", "an ssh server is only trusted by a key that is known; make the file with ssh-keyscan and compare it");
        }
    }

    private static void OnlyWith(SectionReader section, string key, string? value, bool allowed, string companion)
    {
        if (value is not null && !allowed)
        {
            section.Problems.Error(section.KeyPlace(key), section.FieldOf(key), $"is of use only with {companion}; remove it");
        }
    }

    private static GitReference? Reference(SectionReader section)
    {
        var found = new List<(string Key, GitReference Reference)>();
        foreach (var (key, kind) in new[] { ("branch", GitReferenceKind.Branch), ("tag", GitReferenceKind.Tag), ("commit", GitReferenceKind.Commit) })
        {
            if (section.Value(key) is { } setting && Named(section, setting, kind) is { } reference)
            {
                found.Add((key, reference));
            }
        }

        foreach (var (key, _) in found.Skip(1))
        {
            section.Problems.Error(section.KeyPlace(key), section.FieldOf(key), $"cannot stand beside {found[0].Key}; keep one of branch, tag and commit");
        }

        return found.Count > 0 ? found[0].Reference : null;
    }

    private static GitReference? Named(SectionReader section, Setting setting, GitReferenceKind kind)
    {
        if (kind == GitReferenceKind.Commit)
        {
            if (CommitId().IsMatch(setting.Text))
            {
                return new(kind, setting.Text.ToLowerInvariant());
            }

            section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be a full commit id of 40 or 64 hexadecimal digits");
            return null;
        }

        if (!BadReference().IsMatch(setting.Text))
        {
            return new(kind, setting.Text);
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" is not a name that git allows; write it without refs/heads/ or refs/tags/");
        return null;
    }

    private static string Folder(SectionReader section)
    {
        if (section.Value("path") is not { } setting)
        {
            return ".";
        }

        var parts = setting.Text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToArray();
        if (setting.Text.StartsWith('/') || parts.Contains("..") || setting.Text.Contains('\\', StringComparison.Ordinal) || setting.Text.Any(char.IsControl))
        {
            section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be a folder inside the repository, such as clusters/prod");
            return ".";
        }

        return parts.Length == 0 ? "." : string.Join('/', parts);
    }

    [GeneratedRegex(@"\A(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\z")]
    private static partial Regex CommitId();

    /// <summary>What git check-ref-format refuses, and full names, which would be taken twice.</summary>
    [GeneratedRegex(@"\A\z|\A-|\Arefs/|\A@\z|\A/|/\z|//|\.\.|@\{|\.\z|\.lock(?:/|\z)|(?:\A|/)\.|[\x00-\x20\x7f~^:?*\[\\]")]
    private static partial Regex BadReference();
}
