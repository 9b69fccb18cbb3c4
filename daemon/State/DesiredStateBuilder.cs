using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// The files of one commit → the state to put in force. What is wrong with one resource concerns that resource only: its last good version
/// stays, taken from <c>previous</c>. Reads no clock; of the host it reads only files that <c>spec.kubeconfig_file</c> names.
/// </summary>
internal sealed class DesiredStateBuilder
{
    private readonly DesiredState previous;
    private readonly BuildOptions options;
    private readonly DateTimeOffset now;
    private readonly Staying staying;
    private readonly ClaimSet claims;
    private readonly ResourceCheck check;
    private readonly List<Problem> problems = [];
    private readonly HashSet<ResourceId> kept = [];
    private readonly HashSet<ResourceId> lost = [];
    private readonly List<IResource> expired = [];
    private DateTimeOffset? validFrom;
    private readonly HashSet<string> keptFiles = new(StringComparer.Ordinal);
    private DateTimeOffset? nextExpiry;

    private DesiredStateBuilder(IReadOnlyList<FileResources> files, DesiredState previous, BuildOptions options, DateTimeOffset now, Staying staying)
    {
        this.previous = previous;
        this.options = options;
        this.now = now;
        this.staying = staying;
        claims = ClaimSet.Of(files);
        check = new ResourceCheck(options, previous);
    }

    /// <param name="files">All manifest files of the commit, in any order.</param>
    /// <param name="previous">The state in force, whose resources are the last good versions.</param>
    /// <param name="now">For <c>expires</c>.</param>
    /// <param name="staying">Null for nothing.</param>
    public static DesiredState Build(
        Revision? revision, IReadOnlyList<FileResources> files, DesiredState previous, BuildOptions options, DateTimeOffset now, Staying? staying = null)
    {
        var builder = new DesiredStateBuilder(files, previous, options, now, staying ?? Staying.Nothing);
        return builder.Build(revision, files);
    }

    private DesiredState Build(Revision? revision, IReadOnlyList<FileResources> files)
    {
        var (clusters, unselected) = Clusters();
        var roles = Resolve(ResourceKind.Role, previous.WithExpired(previous.Roles));
        var users = Resolve(ResourceKind.User, previous.WithExpired(previous.Users));
        var connectors = Resolve(ResourceKind.Mtls, previous.WithExpired(previous.Connectors));
        var locks = Resolve(ResourceKind.Lock, previous.WithExpired(previous.Locks));
        Turn(CredentialEnds.Find(clusters.Values.Concat(unselected.Values), now, problems));
        MissingRoles.Find(users.Values, connectors.Values, roles, problems);
        AddFileProblems(files);
        problems.AddRange(options.StaticProblems.Select(p => p with { IsWarning = true }));
        problems.Sort(ByPlace);
        return new DesiredState
        {
            Revision = revision,
            Clusters = clusters,
            Unselected = unselected,
            Roles = roles,
            Users = users,
            Connectors = connectors,
            Locks = locks,
            Problems = problems,
            Held = StillHeld(),
            Kept = kept,
            NextExpiry = nextExpiry,
            Expired = expired,
            ValidFrom = validFrom,
        };
    }

    private (Dictionary<string, KubeCluster> Clusters, Dictionary<string, KubeCluster> Unselected) Clusters()
    {
        var clusters = new Dictionary<string, KubeCluster>(previous.Clusters.Count + 1, StringComparer.Ordinal);
        var unselected = new Dictionary<string, KubeCluster>(StringComparer.Ordinal);
        foreach (var cluster in options.StaticClusters)
        {
            clusters[cluster.Name] = cluster;
        }

        foreach (var (name, cluster) in Resolve(ResourceKind.KubeCluster, previous.WithExpired(new LastGoodClusters(previous))))
        {
            if (clusters.TryGetValue(name, out var winner) && winner.IsStatic)
            {
                problems.Add(new Problem(
                    cluster.Origin.File,
                    cluster.Origin.Line,
                    0,
                    "metadata.name",
                    $"the gate's own configuration has a cluster \"{name}\" ({winner.Origin.Rule}), which wins: rename this one")
                {
                    Resource = $"{ResourceKind.KubeCluster}/{name}",
                });
            }
            else
            {
                (options.Selects(cluster) || IsHeld(ResourceKind.KubeCluster, name) ? clusters : unselected)[name] = cluster;
            }
        }

        return (clusters, unselected);
    }

    /// <summary>One kind: what is valid, and the last good version of what is not.</summary>
    private Dictionary<string, T> Resolve<T>(string kind, IReadOnlyDictionary<string, T> lastGood)
        where T : class, IResource
    {
        var result = new Dictionary<string, T>(lastGood.Count + 1, StringComparer.Ordinal);
        foreach (var (name, claim) in claims.Of(kind))
        {
            if (claim.Others is not null)
            {
                Keep(kind, name, lastGood, result);
                ReportDuplicate(kind, name, claim);
            }
            else if (claim.Resource.Value is not { } value)
            {
                Keep(kind, name, lastGood, result);
            }
            else if (check.Run(value, out var errors) is T valid)
            {
                Put(valid, result);
            }
            else
            {
                var stays = Keep(kind, name, lastGood, result);
                problems.AddRange(errors.Select(e => e with { Resource = $"{kind}/{name}", KeepsLastGood = stays }));
            }
        }

        KeepUnattributed(kind, lastGood, result);
        KeepStaying(kind, lastGood, result);
        KeepRestrictions(kind, lastGood, result);
        return result;
    }

    /// <summary>Earlier resources of files with a document that nobody can attribute: it may be theirs.</summary>
    private void KeepUnattributed<T>(string kind, IReadOnlyDictionary<string, T> lastGood, Dictionary<string, T> result)
        where T : class, IResource
    {
        if (!claims.HasUnattributed)
        {
            return;
        }

        foreach (var (name, value) in lastGood)
        {
            if (!claims.Of(kind).ContainsKey(name) && claims.MeantBy(value.Origin.File, kind, name) is { } file && Keep(kind, name, lastGood, result))
            {
                keptFiles.Add(file);
            }
        }
    }

    /// <summary>Of what stays and has no document any more, the version before.</summary>
    private void KeepStaying<T>(string kind, IReadOnlyDictionary<string, T> lastGood, Dictionary<string, T> result)
        where T : class, IResource
    {
        foreach (var resource in staying.Resources.Where(r => r.Kind == kind && !claims.Of(kind).ContainsKey(r.Name)))
        {
            if (!Keep(kind, resource.Name, lastGood, result, staying.RestrictsOnly.Contains(resource)))
            {
                lost.Add(resource);
            }
        }
    }

    /// <summary>See <see cref="Restrictions"/>.</summary>
    private void KeepRestrictions<T>(string kind, IReadOnlyDictionary<string, T> lastGood, Dictionary<string, T> result)
        where T : class, IResource
    {
        if (kind is not (ResourceKind.Lock or ResourceKind.Role))
        {
            return;
        }

        // A document that claims a name and has no good version stands for whatever was meant.
        var rejected = claims.Of(kind).Where(c => !result.ContainsKey(c.Key) && !kept.Contains(new(kind, c.Key)) && !expired.Any(e => Is(kind, c.Key, e)))
            .Select(c => c.Value.File).Order(StringComparer.Ordinal).FirstOrDefault();
        var hiding = claims.MayHide(kind) ?? rejected;
        foreach (var (name, value) in lastGood)
        {
            if (!claims.Of(kind).ContainsKey(name) && !kept.Contains(new(kind, name)) && Restrictions.Of(value) is not null
                && (hiding ?? claims.StrangerNamed(name)) is { } file && Keep(kind, name, lastGood, result, restrictsOnly: true))
            {
                problems.Add(Restrictions.Kept(value, file));
            }
        }
    }

    private static bool Is(string kind, string name, IResource resource) => resource.Name == name && ResourceKind.Of(resource) == kind;

    /// <summary>Without what cannot stay, since the configuration forbids it or its time is up.</summary>
    private HeldRemoval? StillHeld()
    {
        var resources = (staying.Held?.Resources ?? []).Where(r => !lost.Contains(r)).ToEquatableList();
        return resources.Count == 0 ? null : staying.Held! with { Resources = resources };
    }

    private bool IsHeld(string kind, string name) => staying.Held?.Holds(kind, name) == true;

    /// <param name="restrictsOnly">Whether only what restricts access is kept.</param>
    private bool Keep<T>(string kind, string name, IReadOnlyDictionary<string, T> lastGood, Dictionary<string, T> result, bool restrictsOnly = false)
        where T : class, IResource
    {
        if (!lastGood.TryGetValue(name, out var value) || check.Run((restrictsOnly ? Restrictions.Of(value) : value) ?? value, out _) is not T valid)
        {
            return false;
        }

        kept.Add(new(kind, name));
        return Put(valid, result);
    }

    /// <summary>False when it has expired.</summary>
    private bool Put<T>(T value, Dictionary<string, T> result)
        where T : class, IResource
    {
        if (value.Expires is { } expires)
        {
            if (expires <= now)
            {
                expired.Add(value);
                validFrom = validFrom > expires ? validFrom : expires;
                return false;
            }

            Turn(expires);
        }

        result[value.Name] = value;
        return true;
    }

    private void Turn(DateTimeOffset? when) => nextExpiry = nextExpiry is null || when < nextExpiry ? when : nextExpiry;

    private void ReportDuplicate(string kind, string name, Claim claim)
    {
        var all = claim.Others!.Prepend((claim.File, claim.Resource)).ToList();
        foreach (var (file, resource) in all)
        {
            var others = all.Where(o => o.Item2 != resource || o.Item1 != file).Select(o => $"{o.Item1}:{o.Item2.Line}").Order(StringComparer.Ordinal);
            problems.Add(new Problem(
                file, resource.Line, resource.Column, "metadata.name",
                $"{kind} \"{name}\" is declared more than once, also at {string.Join(", ", others)}; none of them is applied: keep one")
            {
                Resource = $"{kind}/{name}",
                KeepsLastGood = kept.Contains(new(kind, name)),
            });
        }
    }

    private void AddFileProblems(IReadOnlyList<FileResources> files)
    {
        foreach (var file in files)
        {
            foreach (var problem in file.Problems)
            {
                problems.Add(problem with { KeepsLastGood = IsKept(problem) });
            }
        }
    }

    private bool IsKept(Problem problem)
    {
        if (problem.Resource is not { } resource)
        {
            return keptFiles.Contains(problem.File);
        }

        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return kept.Contains(new(resource[..slash], resource[(slash + 1)..]));
    }

    private static int ByPlace(Problem a, Problem b)
    {
        var order = string.CompareOrdinal(a.File, b.File);
        order = order != 0 ? order : a.Line.CompareTo(b.Line);
        order = order != 0 ? order : a.Column.CompareTo(b.Column);
        order = order != 0 ? order : string.CompareOrdinal(a.Field, b.Field);
        return order != 0 ? order : string.CompareOrdinal(a.Message, b.Message);
    }
}
