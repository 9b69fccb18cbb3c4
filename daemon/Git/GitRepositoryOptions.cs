namespace Tidegate.Git;

/// <summary>
/// <c>gitops_service.repository</c>: where the manifests are and how to reach them. Secrets are files, read anew at each fetch, so
/// that rotating one needs no restart.
/// </summary>
internal sealed record GitRepositoryOptions
{
    /// <summary>An address that <see cref="GitUrl.TryParse"/> accepts.</summary>
    public required string Url { get; init; }

    /// <summary>At most one of branch, tag and commit; none means the branch that the remote's HEAD names.</summary>
    public string? Branch { get; init; }

    public string? Tag { get; init; }

    /// <summary>Whether a tag that names another commit than before is followed without anybody's word.</summary>
    public bool AllowTagMove { get; init; }

    /// <summary>A full hexadecimal commit id.</summary>
    public string? Commit { get; init; }

    /// <summary>Folder inside the repository, <c>.</c> for its root.</summary>
    public string Path { get; init; } = ".";

    /// <summary>How long one fetch may take before it is ended.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>File with a token or password for https; its last line end is not part of it.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Name sent beside the token; without one, <c>x-access-token</c>.</summary>
    public string? Username { get; init; }

    /// <summary>Private key for ssh, mode 0600, without passphrase.</summary>
    public string? SshKeyFile { get; init; }

    /// <summary>The host keys that are accepted for ssh, in OpenSSH's format.</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>PEM certificates of the only authorities that may issue the https server's certificate; absent: the host's own.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// What is wrong with these options taken together, one sentence each with its remedy. What a file holds is looked at by each
    /// fetch, since it may change.
    /// </summary>
    public IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (!GitUrl.TryParse(Url, out var url, out var error))
        {
            errors.Add($"url: {error}");
        }

        if (new[] { Branch, Tag, Commit }.Count(r => r is not null) > 1)
        {
            errors.Add("branch, tag, commit: give exactly one of them, or none for the remote's default branch");
        }

        AddReferenceErrors(errors);
        if (Timeout <= TimeSpan.Zero)
        {
            errors.Add("timeout: must be more than zero");
        }

        if (GitNames.Folder(Path) is null)
        {
            errors.Add("path: must be a folder inside the repository, without .. and without a slash at its start");
        }

        if (url?.Transport == GitTransport.Ssh)
        {
            AddMissing(errors, KnownHostsFile, "known_hosts_file", "ssh needs the server's pinned host keys; write them with ssh-keyscan and compare them");
            AddMissing(errors, SshKeyFile, "ssh_key_file", "ssh needs a private key");
            AddForbidden(errors, SshKeyFile, "ssh_key_file");
            AddForbidden(errors, KnownHostsFile, "known_hosts_file");
        }

        return errors;
    }

    private static void AddMissing(List<string> errors, string? value, string field, string reason)
    {
        if (value is null)
        {
            errors.Add($"{field}: missing: {reason}");
        }
    }

    private static void AddForbidden(List<string> errors, string? path, string field)
    {
        if (path is not null && (path.Contains('"', StringComparison.Ordinal) || path.Any(char.IsControl)))
        {
            errors.Add($"{field}: the path holds a quotation mark or a control character: rename the file");
        }
    }

    private void AddReferenceErrors(List<string> errors)
    {
        if (Commit is not null && !GitNames.IsCommitId(Commit))
        {
            errors.Add($"commit: give {GitNames.CommitIdForm}");
        }

        foreach (var (field, name) in new[] { ("branch", Branch), ("tag", Tag) })
        {
            if (name is not null && !GitNames.IsReference(name))
            {
                errors.Add($"{field}: \"{name}\" is not a name that git accepts");
            }
        }
    }
}
