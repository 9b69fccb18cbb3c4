using System.Security.Cryptography.X509Certificates;
using LibGit2Sharp;

namespace Tidegate.Git;

/// <summary>One fetch into the mirror, in the child process.</summary>
internal sealed class MirrorFetch(FetchRequest request, GitUrl url)
{
    // errno(3), which .NET keeps in an exception of the file system.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;

    private readonly string sshLog = request.MirrorPath + ".ssh.log";
    private FetchException? refusal;
    private bool offeredCredentials;

    private GitRepositoryOptions Options => request.Repository;

    /// <summary>Fetches, with one second try on a fresh mirror when the first fails for a reason that lies in the mirror.</summary>
    public FetchAnswer Run(Action<FetchAnswer> answer)
    {
        FetchFiles.Check(Options, url);
        LibGit2Settings.PrepareFetch(request, url, url.Transport == GitTransport.Ssh ? SshCommand.Build(Options, url, sshLog, request.ConnectTimeout) : null);
        string? damage = null;
        if (Mirror.IsTaken(request.MirrorPath) && !Directory.Exists(request.MirrorPath))
        {
            damage = $"there was no mirror but something else; {Mirror.MoveAside(request.MirrorPath)}";
        }
        else if (Directory.Exists(request.MirrorPath))
        {
            try
            {
                return Once(null, answer);
            }
            catch (Exception e) when (Explain(e) is null or { Failure: FetchFailure.Other })
            {
                damage = $"{e.Message}; {Mirror.MoveAside(request.MirrorPath)}";
            }
        }

        return Once(damage, answer);
    }

    /// <summary>The failure behind an exception, or null when it is none that a fetch is known to raise.</summary>
    public FetchException? Explain(Exception exception) => exception switch
    {
        FetchException known => known,
        LibGit2SharpException when refusal is not null => refusal,
        LibGit2SharpException native => FetchErrors.Classify(native, ReadSshLog()),
        IOException { HResult: NoSpace } => new(FetchFailure.Storage, "the disk that holds data_dir is full: make room"),
        IOException { HResult: ReadOnly } => new(FetchFailure.Storage, "data_dir cannot be written: check the mount"),
        UnauthorizedAccessException denied => new(FetchFailure.Storage, $"{denied.Message} Check the owner and mode of data_dir."),
        _ => null,
    };

    private FetchAnswer Once(string? damage, Action<FetchAnswer> answer)
    {
        refusal = null;
        offeredCredentials = false;
        using var repository = Mirror.Prepare(request.MirrorPath, url);
        if (request.Names is { } names)
        {
            return Find(repository, names, damage, answer);
        }

        var previous = repository.Refs[Mirror.Current]?.TargetIdentifier;
        if (previous is not null && repository.Lookup<Commit>(previous)?.Tree is null)
        {
            // The server would leave out what it thinks is here.
            throw new NotFoundException($"the commit {previous} is missing from the mirror");
        }

        var commit = Fetch(repository);
        _ = commit.Tree.Count;
        if (previous != commit.Sha)
        {
            repository.Refs.Add(Mirror.Current, commit.Id, allowOverwrite: true);
        }

        var result = new FetchAnswer
        {
            Revision = Revisions.Of(commit),
            Changed = previous != commit.Sha,
            Damage = damage,
        };
        answer(result);
        Mirror.Repack(repository, request.RepackAbove);
        return result;
    }

    /// <summary>A commit never changes, so ids of commits that are here need no connection.</summary>
    private FetchAnswer Find(Repository repository, IReadOnlyList<string> names, string? damage, Action<FetchAnswer> answer)
    {
        var ids = names.Select(n => GitNames.IsCommitId(n) ? repository.Lookup<Commit>(n) : null).ToList();
        if (ids.Contains(null))
        {
            ForgetIncoming(repository);
            Transfer(repository, prunes: true, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", $"+{Source() ?? "HEAD"}:{Mirror.Incoming}");
        }

        var found = new RevisionNames(repository, Followed(repository));
        var result = new FetchAnswer { Named = [.. names.Select((n, i) => Revisions.Of(ids[i] ?? found.Find(n)))], Damage = damage };
        answer(result);
        Mirror.Repack(repository, request.RepackAbove);
        return result;
    }

    private Commit Fetch(Repository repository)
    {
        if (Options.Commit is { } id)
        {
            return FetchCommit(repository, id.ToLowerInvariant());
        }

        ForgetIncoming(repository);
        Transfer(repository, prunes: false, $"+{Source()}:{Mirror.Incoming}");
        var target = repository.Refs[Mirror.Incoming]?.TargetIdentifier ?? throw new FetchException(FetchFailure.NotFound, Missing());
        var named = repository.Lookup(target) ?? throw new NotFoundException($"object {target} is missing from the mirror");
        while (named is TagAnnotation annotation)
        {
            named = annotation.Target;
        }

        return named as Commit ?? throw new FetchException(FetchFailure.NotFound, $"the tag \"{Options.Tag}\" names no commit but a file or a folder: tag a commit");
    }

    /// <summary>What the options follow, or null for a commit: servers seldom send one by its id.</summary>
    private string? Source() => Options switch
    {
        { Commit: not null } => null,
        { Branch: { } branch } => $"refs/heads/{branch}",
        { Tag: { } tag } => $"refs/tags/{tag}",
        _ => "HEAD",
    };

    private Commit? Followed(Repository repository) => Options.Commit is { } id
        ? repository.Lookup<Commit>(id.ToLowerInvariant())
        : repository.Refs[Mirror.Incoming]?.ResolveToDirectReference()?.Target?.Peel<Commit>();

    private static void ForgetIncoming(Repository repository)
    {
        if (repository.Refs[Mirror.Incoming] is { } stale)
        {
            repository.Refs.Remove(stale);
        }
    }

    private string Missing() => (Options.Branch, Options.Tag) switch
    {
        ({ } branch, _) => $"the repository has no branch \"{branch}\": push it, or correct branch",
        (_, { } tag) => $"the repository has no tag \"{tag}\": push it, or correct tag",
        _ => "the repository is empty or its HEAD names no branch: push a first commit, or name a branch",
    };

    /// <summary>A commit never changes, so one that is here needs no connection; servers seldom send a single commit by its id.</summary>
    private Commit FetchCommit(Repository repository, string id)
    {
        if (repository.Lookup<Commit>(id) is { } present)
        {
            return present;
        }

        Transfer(repository, prunes: true, "+refs/heads/*:refs/tidegate/heads/*", "+refs/tags/*:refs/tidegate/tags/*");
        return repository.Lookup<Commit>(id)
            ?? throw new FetchException(FetchFailure.NotFound, $"no branch or tag of the repository contains the commit {id}: push it, or correct commit");
    }

    private void Transfer(Repository repository, bool prunes, params string[] refSpecs)
    {
        var options = new FetchOptions
        {
            TagFetchMode = TagFetchMode.None,
            Prune = prunes,
            CredentialsProvider = Credentials,
            CertificateCheck = Accept,
        };
        repository.Network.Fetch(Mirror.Remote, refSpecs, options);
    }

    /// <summary>Given once per connection: libgit2 would otherwise repeat a refused password until the account locks.</summary>
    private UsernamePasswordCredentials Credentials(string asking, string? user, SupportedCredentialTypes types)
    {
        if (!url.IsSameOrigin(asking))
        {
            throw Refuse(FetchFailure.Redirect, $"the server redirects to {Host(asking)}, which asks for credentials; they are not sent there: write the final address as url");
        }

        if (Options.TokenFile is null)
        {
            throw Refuse(FetchFailure.Authentication, "the server asks for credentials: name a file that holds a token as token_file");
        }

        if (offeredCredentials)
        {
            throw Refuse(FetchFailure.Authentication, $"the server refused the credentials of {Options.TokenFile}: check that the token is current and may read the repository, and username");
        }

        offeredCredentials = true;
        return new UsernamePasswordCredentials
        {
            Username = Options.Username ?? "x-access-token",
            Password = FetchFiles.ReadToken(Options.TokenFile),
        };
    }

    private bool Accept(Certificate certificate, bool valid, string host)
    {
        if (!string.Equals(host, url.Host, StringComparison.OrdinalIgnoreCase))
        {
            Refuse(FetchFailure.Redirect, $"the server redirects to another host, {Host($"https://{host}/")}, which is not followed: write the final address as url");
            return false;
        }

        // libgit2 has checked chain and name; the name is checked again, since some of its releases compare IP addresses wrongly.
        using var leaf = Leaf(certificate);
        if (valid && leaf?.MatchesHostname(host) == true)
        {
            return true;
        }

        Refuse(FetchFailure.Certificate, CertificateFault(leaf, host));
        return false;
    }

    private static X509Certificate2? Leaf(Certificate certificate) =>
        (certificate as CertificateX509)?.Certificate is { } leaf ? X509CertificateLoader.LoadCertificate(leaf.Export(X509ContentType.Cert)) : null;

    private string CertificateFault(X509Certificate2? leaf, string host)
    {
        if (leaf is null)
        {
            return "the server's certificate cannot be read";
        }

        // The certificate tells its dates in local time.
        var now = TimeProvider.System.GetLocalNow().DateTime;
        if (now > leaf.NotAfter || now < leaf.NotBefore)
        {
            return $"the server's certificate is valid from {leaf.NotBefore:u} to {leaf.NotAfter:u} only: renew it, or correct this host's clock";
        }

        if (!leaf.MatchesHostname(host))
        {
            return $"the server's certificate is not for {host}: correct url or the certificate";
        }

        return Options.CaFile is { } file
            ? $"the server's certificate comes from no authority of {file}: put the issuing authority's certificate there"
            : "the server's certificate comes from no authority that this host trusts: name the issuing authority's certificate as ca_file";
    }

    private FetchException Refuse(FetchFailure failure, string message) => refusal = new(failure, message);

    private static string Host(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority.Split('@')[^1] : "another address";

    private string? ReadSshLog() => url.Transport != GitTransport.Ssh ? null : File.Exists(sshLog) ? File.ReadAllText(sshLog) : "";
}
