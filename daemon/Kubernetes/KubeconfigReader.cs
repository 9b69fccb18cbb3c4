using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Kubernetes;

/// <summary>
/// Kubeconfig → credentials. Strict on purpose: what is written by somebody else may neither run programs nor read files on the gate's
/// host, and a field that is not understood is an error rather than a weaker connection. No message holds a value of a secret field.
/// </summary>
internal static class KubeconfigReader
{
    private const string NoDirectory =
        "the gate's configuration lists no directory for this under kubernetes_service.kubeconfig_directories: use spec.kubeconfig, or ask the operator to list it";

    // For a user who is looked at without a cluster.
    private static readonly ClusterCredential Nowhere = new(new Uri("http://localhost"));

    private const string UnderNone = "the file is under none of the directories that kubernetes_service.kubeconfig_directories lists in the gate's configuration";

    /// <summary>
    /// The one cluster of a kubeconfig from git: that of <c>current-context</c>, or of the only context. Every entry is checked, also those
    /// that the context does not use.
    /// </summary>
    public static KubeconfigResult FromGit(ReadOnlyMemory<byte> content, bool allowInsecureSkipTlsVerify) =>
        Single(content.Span, "", new KubeconfigPolicy(null, allowInsecureSkipTlsVerify));

    /// <summary>
    /// The one cluster of a kubeconfig on the host that a manifest names. Its file, after resolving links, must lie under one of
    /// <paramref name="directories"/>; being the operator's own, it may name further files.
    /// </summary>
    public static KubeconfigResult FromDirectories(string path, IReadOnlyList<string> directories, bool allowInsecureSkipTlsVerify)
    {
        if (directories.Count == 0)
        {
            return Failed(path, NoDirectory);
        }

        try
        {
            var real = RealPath.Of(path);
            if (!directories.Any(directory => RealPath.IsUnder(real, RealPath.Of(directory))))
            {
                return Failed(path, UnderNone);
            }

            if (Load(real, out var error) is not { } content)
            {
                return Failed(path, error);
            }

            return Single(content, path, new KubeconfigPolicy(Path.GetDirectoryName(real), allowInsecureSkipTlsVerify));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(path, $"the file cannot be read: {e.Message}");
        }
    }

    /// <summary>Where a manifest's file may be, by its path alone: for whoever checks on another host than the gate's.</summary>
    /// <returns>Null, or why it may not be there.</returns>
    public static string? WhyNotThere(string path, IReadOnlyList<string> directories) => directories switch
    {
        [] => NoDirectory,
        _ when directories.Any(d => RealPath.IsUnder(Path.GetFullPath(path), Path.GetFullPath(d))) => null,
        _ => UnderNone,
    };

    /// <summary>
    /// Every context of the configuration's <c>kubeconfig_file</c>. A context that is not usable is left out with a problem. Paths in it are
    /// relative to its own directory, as for kubectl.
    /// </summary>
    public static KubeconfigContexts FromHost(string path, bool allowInsecureSkipTlsVerify = false)
    {
        try
        {
            var full = Path.GetFullPath(path);
            return Load(full, out var error) is { } content
                ? All(content, path, new KubeconfigPolicy(Path.GetDirectoryName(full), allowInsecureSkipTlsVerify))
                : new KubeconfigContexts([], [new Problem(path, 0, 0, "", error)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KubeconfigContexts([], [new Problem(path, 0, 0, "", $"the file cannot be read: {e.Message}")]);
        }
    }

    private static KubeconfigResult Single(ReadOnlySpan<byte> content, string file, KubeconfigPolicy policy)
    {
        var problems = new DocumentProblems(file);
        var kubeconfig = Kubeconfig.Parse(content, problems);
        if (kubeconfig is null || problems.Any || Choose(kubeconfig, problems) is not { } context)
        {
            return new KubeconfigResult(null, problems.Found);
        }

        if (policy.IsFromGit)
        {
            CheckUnused(kubeconfig, context, policy);
        }

        var credential = Read(kubeconfig, context, policy);
        return problems.Any ? new KubeconfigResult(null, problems.Found) : new KubeconfigResult(credential, []);
    }

    private static KubeconfigContexts All(ReadOnlySpan<byte> content, string file, KubeconfigPolicy policy)
    {
        var problems = new List<Problem>();
        var contexts = new List<KubeconfigContext>();
        var shape = new DocumentProblems(file);
        var whole = Kubeconfig.Parse(content, shape);
        var count = whole?.Contexts.Count ?? 0;
        if (shape.Any)
        {
            return new KubeconfigContexts([], shape.Found);
        }

        // Parsed anew for each context, so that the faults of one are not blamed on another that shares its cluster or user.
        for (var i = 0; i < count; i++)
        {
            var own = new DocumentProblems(file);
            var kubeconfig = Kubeconfig.Parse(content, own)!;
            var context = kubeconfig.Contexts[i];
            if (Read(kubeconfig, context, policy) is { } credential && !own.Any)
            {
                contexts.Add(new KubeconfigContext(context.Name, credential, context.Fields.Place.Line));
            }

            problems.AddRange(own.Found.Select(p => p with { Message = $"context \"{context.Name}\" is left out: {p.Message}" }));
        }

        return new KubeconfigContexts(contexts, problems, whole?.CurrentContext ?? "");
    }

    private static Kubeconfig.Context? Choose(Kubeconfig kubeconfig, DocumentProblems problems)
    {
        var top = new Place(1, 1);
        if (kubeconfig.CurrentContext.Length == 0)
        {
            if (kubeconfig.Contexts.Count == 1)
            {
                return kubeconfig.Contexts[0];
            }

            problems.Add(top, "current-context", kubeconfig.Contexts.Count == 0
                ? "the kubeconfig has no context: it needs one with a cluster and a user"
                : "the kubeconfig has several contexts and does not say which is meant: set current-context");
            return null;
        }

        var chosen = kubeconfig.Contexts.FirstOrDefault(c => c.Name == kubeconfig.CurrentContext);
        if (chosen is null)
        {
            problems.Add(top, "current-context", $"there is no context \"{kubeconfig.CurrentContext}\" in the kubeconfig");
        }

        return chosen;
    }

    private static ClusterCredential? Read(Kubeconfig kubeconfig, Kubeconfig.Context context, KubeconfigPolicy policy)
    {
        if (!kubeconfig.Clusters.TryGetValue(context.Cluster, out var cluster))
        {
            context.Fields.Refuse("cluster", $"there is no cluster \"{context.Cluster}\" in the kubeconfig");
            return null;
        }

        FieldReader? user = null;
        if (context.User.Length > 0 && !kubeconfig.Users.TryGetValue(context.User, out user))
        {
            context.Fields.Refuse("user", $"there is no user \"{context.User}\" in the kubeconfig");
            return null;
        }

        var reader = new CredentialReader(policy);
        var endpoint = reader.Cluster(cluster);

        // No user at all is read as one without any field, so that the same rules apply. The user's faults are told together with the cluster's.
        user ??= new FieldReader(new YamlMapping(context.Fields.Place), context.Fields.PathOf("user"), context.Fields.Problems);
        var credential = reader.User(user, endpoint ?? Nowhere);
        return endpoint is null ? null : credential;
    }

    private static void CheckUnused(Kubeconfig kubeconfig, Kubeconfig.Context used, KubeconfigPolicy policy)
    {
        var reader = new CredentialReader(policy);
        foreach (var (name, fields) in kubeconfig.Clusters)
        {
            if (name != used.Cluster)
            {
                reader.Cluster(fields);
            }
        }

        foreach (var (name, fields) in kubeconfig.Users)
        {
            if (name != used.User)
            {
                reader.User(fields, Nowhere);
            }
        }
    }

    private static byte[]? Load(string path, out string error)
    {
        error = "";
        var file = new FileInfo(path);
        if (file.Length > YamlText.MaxBytes)
        {
            error = $"the file is larger than {YamlText.MaxBytes} bytes";
            return null;
        }

        return File.ReadAllBytes(path);
    }

    private static KubeconfigResult Failed(string path, string message) => new(null, [new Problem(path, 0, 0, "", message)]);
}
