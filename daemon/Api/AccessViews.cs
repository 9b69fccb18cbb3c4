namespace Tidegate.Api;

/// <summary>A question about somebody's access. Without a revision and files it is about the state in force.</summary>
/// <param name="User">The common name of a certificate.</param>
/// <param name="Organizations">Its organizations, which connectors look at.</param>
/// <param name="OrganizationalUnits">Its organizational units.</param>
/// <param name="Cluster">One cluster; absent: all of them.</param>
/// <param name="Revision">A branch, tag or commit of the repository.</param>
/// <param name="Files">The files of a folder.</param>
internal sealed record AccessRequest(
    string User,
    IReadOnlyList<string>? Organizations,
    IReadOnlyList<string>? OrganizationalUnits,
    string? Cluster,
    string? Revision,
    IReadOnlyList<PlanFile>? Files)
{
    /// <summary>What is asked about; absent when everything is to be listed.</summary>
    public ActionRequest? Action { get; init; }

    /// <summary>What is in the folder and not read.</summary>
    public IReadOnlyList<UnreadFile>? Unread { get; init; }
}

/// <summary>Something that somebody may want to do.</summary>
/// <param name="Verb">A verb of the Kubernetes API, or <c>exec</c> or <c>portforward</c>.</param>
/// <param name="Resource"><c>pods</c>, <c>deployments.apps</c>, <c>pods/log</c>.</param>
/// <param name="Namespace">Absent or empty: all namespaces, or a kind of the whole cluster.</param>
internal sealed record ActionRequest(string Verb, string Resource, string? Namespace, string? Name);

/// <summary>Why somebody may or may not do something, cluster by cluster.</summary>
/// <param name="Revision">The commit whose rules answer; absent for a folder.</param>
internal sealed record ExplainView(string User, RevisionView? Revision, IReadOnlyList<ExplanationView> Items);

/// <summary>The answer for one cluster.</summary>
/// <param name="Decision"><c>allowed</c>, <c>partly</c> or <c>denied</c>.</param>
/// <param name="Rule">Where the deciding entry stands, <c>file:line</c>.</param>
/// <param name="Commit">The full commit id of that entry.</param>
/// <param name="Roles">Each role of the person, and what it says.</param>
internal sealed record ExplanationView(
    string Cluster, string Decision, string Reason, string? Role, string? Rule, string? Commit, IReadOnlyList<RoleView> Roles)
{
    public string? KubernetesUser { get; init; }

    public IReadOnlyList<string>? KubernetesGroups { get; init; }

    /// <summary>Of a collection that is shown in part: the rules that show some of it.</summary>
    public IReadOnlyList<RuleView>? Shown { get; init; }

    /// <summary>The rules that withhold some of it again.</summary>
    public IReadOnlyList<RuleView>? Withheld { get; init; }
}

/// <summary>What one role says of a question.</summary>
internal sealed record RoleView(string Role, string Says);

/// <summary>One rule over objects.</summary>
internal sealed record RuleView(
    string Kind, string ApiGroup, string Namespace, string Name, IReadOnlyList<string> Verbs, string Role, string Rule, string? Commit);

/// <summary>What somebody can do where.</summary>
internal sealed record AccessListView(string User, RevisionView? Revision, IReadOnlyList<ClusterAccessView> Items);

/// <summary>What somebody can do on one cluster.</summary>
internal sealed record ClusterAccessView(
    string Cluster,
    IReadOnlyList<string> KubernetesUsers,
    IReadOnlyList<string> KubernetesGroups,
    IReadOnlyList<string> Roles,
    IReadOnlyList<RuleView> Allow,
    IReadOnlyList<RuleView> Deny);

/// <summary>Access that a change gives or takes.</summary>
/// <param name="Change"><c>gained</c> or <c>lost</c>.</param>
/// <param name="Namespace">A pattern; empty: objects of the whole cluster.</param>
/// <param name="Name">A pattern.</param>
/// <param name="Except">Kinds that <paramref name="Kind"/> does not stand for.</param>
/// <param name="HasExceptions">Whether another rule denies some of it all the same, or still allows some of what is lost.</param>
/// <param name="Example">An object that is certainly one of them.</param>
/// <param name="Role">The role that gives it, or gave it.</param>
internal sealed record AccessChangeView(
    string Change,
    IReadOnlyList<string> Persons,
    IReadOnlyList<string> Clusters,
    IReadOnlyList<string> Verbs,
    string ApiGroup,
    string Kind,
    IReadOnlyList<string> Except,
    string Namespace,
    string Name,
    bool HasExceptions,
    string Example,
    string Role,
    string Rule)
{
    /// <summary>The deny rule that takes it away, or took it away before.</summary>
    public string? Denied { get; init; }
}

/// <summary>Kubernetes users and groups that somebody gets or loses.</summary>
/// <param name="Change"><c>gained</c> or <c>lost</c>.</param>
/// <param name="KubernetesUsers"><c>&lt;common name&gt;</c> stands for everybody's own name.</param>
internal sealed record PrincipalChangeView(
    string Change, IReadOnlyList<string> Persons, IReadOnlyList<string> Clusters, IReadOnlyList<string> KubernetesUsers, IReadOnlyList<string> KubernetesGroups);

/// <summary>Rules that are too much to compare exactly.</summary>
internal sealed record InexactView(IReadOnlyList<string> Persons, IReadOnlyList<string> Clusters, IReadOnlyList<string> Patterns);
