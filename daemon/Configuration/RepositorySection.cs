using Tidegate.Git;

namespace Tidegate.Configuration;

/// <summary>Reads <c>gitops_service.repository</c>.</summary>
internal static class RepositorySection
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public static RepositoryOptions Read(SectionReader section, bool required)
    {
        var url = Address(section, required);
        var options = new RepositoryOptions
        {
            Url = url?.Written ?? "",
            Transport = url?.Parsed.Transport ?? GitTransport.Local,
            Reference = Reference(section),
            AllowTagMove = section.Flag("allow_tag_move", absent: false),
            Path = Folder(section),
            Interval = section.Duration("interval", DefaultInterval, OneSecond, TimeSpan.FromDays(1)),
            Timeout = section.Duration("timeout", DefaultTimeout, OneSecond, TimeSpan.FromHours(1)),
            TokenFile = section.FilePath("token_file", FileReferenceKind.Secret),
            Username = section.Text("username"),
            SshKeyFile = section.FilePath("ssh_key_file", FileReferenceKind.Secret),
            KnownHostsFile = section.FilePath("known_hosts_file", FileReferenceKind.Input),
            CaFile = section.FilePath("ca_file", FileReferenceKind.Input),
        };
        section.Unsupported("semver");
        if (url is not null)
        {
            Authentication(section, options);
        }

        section.Close();
        return options;
    }

    /// <summary>No error quotes the address, because a person may have written a password into it.</summary>
    private static (string Written, GitUrl Parsed)? Address(SectionReader section, bool required)
    {
        if (section.Value("url") is not { } setting)
        {
            if (required && section.Node("url") is null)
            {
                section.Missing("url", GitUrl.Forms);
            }

            return null;
        }

        if (GitUrl.TryParse(setting.Text, out var url, out var error))
        {
            return (setting.Text, url);
        }

        section.Problems.Error(setting.Place, setting.Field, error);
        return null;
    }

    /// <summary>A credential that the transport cannot use is an error: somebody believes that it protects something.</summary>
    private static void Authentication(SectionReader section, RepositoryOptions options)
    {
        var web = options.Transport is GitTransport.Http or GitTransport.Https;
        OnlyWith(section, "token_file", options.TokenFile, web, "an https:// url");
        OnlyWith(section, "username", options.Username, web && options.TokenFile is not null, "a token_file");
        OnlyWith(section, "ca_file", options.CaFile, options.Transport == GitTransport.Https, "an https:// url");
        OnlyWith(section, "ssh_key_file", options.SshKeyFile, options.Transport == GitTransport.Ssh, "an ssh url");
        OnlyWith(section, "known_hosts_file", options.KnownHostsFile, options.Transport == GitTransport.Ssh, "an ssh url");
        if (options.Transport != GitTransport.Ssh)
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
            if (GitNames.IsCommitId(setting.Text))
            {
                return new(kind, setting.Text.ToLowerInvariant());
            }

            section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be {GitNames.CommitIdForm}");
            return null;
        }

        if (GitNames.IsReference(setting.Text))
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

        if (GitNames.Folder(setting.Text) is { } folder)
        {
            return folder.Length == 0 ? "." : folder;
        }

        section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be a folder inside the repository, such as clusters/prod");
        return ".";
    }
}
