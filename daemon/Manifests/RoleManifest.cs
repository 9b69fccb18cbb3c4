using Tidegate.Kubernetes;
using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>role</c> v3 to v8. What concerns other protocols loads and is ignored; what would restrict access to Kubernetes and is not
/// enforced here is refused, so that a role never gives more than it says. Source: Teleport, <c>api/types/role.go</c>.
/// </summary>
internal static class RoleManifest
{
    /// <summary>Values in one label selector. Each may be an expression, which costs to compile, here and again for every person.</summary>
    private const int MaxLabelValues = 1000;

    /// <summary>Conditions for other protocols and for the original's own administration.</summary>
    private static readonly HashSet<string> OtherConditions = new(StringComparer.Ordinal)
    {
        "account_assignments", "app_labels", "app_labels_expression", "aws_role_arns", "azure_identities", "cluster_labels", "cluster_labels_expression",
        "db_labels", "db_labels_expression", "db_names", "db_permissions", "db_roles", "db_service_labels", "db_service_labels_expression", "db_users",
        "desktop_groups", "gcp_service_accounts", "github_permissions", "group_labels", "group_labels_expression", "host_groups", "host_sudoers",
        "impersonate", "join_sessions", "linux_desktop_labels", "linux_desktop_logins", "logins", "mcp", "namespaces", "node_labels",
        "node_labels_expression", "request", "review_requests", "rules", "spiffe", "windows_desktop_labels", "windows_desktop_labels_expression",
        "windows_desktop_logins", "workload_identity_labels", "workload_identity_labels_expression",
    };

    public static Role? Read(FieldReader root, ManifestSource source)
    {
        var metadata = Metadata.Read(root, 3..8);
        if (root.RequiredMapping("spec") is not { } spec)
        {
            return null;
        }

        // Also of a document without a name: what else is wrong with it depends on the version.
        var version = metadata?.Version ?? (root.Node("version") is YamlScalar { Value: ['v', >= '3' and <= '8' and var digit] } ? digit - '0' : 8);
        var options = spec.Mapping("options") is { } fields ? RoleOptionsReader.Read(fields) : RoleOptions.None;
        var advice = new RoleAdvice();
        var allow = ReadConditions(spec, "allow", version, source, advice);
        var deny = ReadConditions(spec, "deny", version, source, advice);
        spec.Finish();
        if (metadata is null)
        {
            return null;
        }

        var role = new Role(metadata.Name, version, allow, deny, source.At(root.Place)) { Expires = metadata.Expires, Options = options };
        if (!root.Problems.Any)
        {
            advice.Give(role, spec.Mapping("deny") is null ? spec.Place : PlaceOfKey(spec, "deny"), root.Problems);
        }

        return role;
    }

    private static RoleConditions ReadConditions(FieldReader spec, string side, int version, ManifestSource source, RoleAdvice advice)
    {
        var isDeny = side == "deny";
        if (spec.Mapping(side) is not { } fields)
        {
            var (byDefault, nowhere) = (DefaultLabels(side, version), source.At(spec.PlaceOf(side)));
            return new RoleConditions(byDefault, [], [], nowhere)
            {
                KubernetesResources = byDefault.Count > 0 ? KubernetesResource.DefaultsOf(version, nowhere) : [],
            };
        }

        var labels = ReadLabels(fields, side, version);
        var written = new List<WrittenValue>();
        var groups = ReadPrincipals(fields, "kubernetes_groups", side, written);
        var users = ReadPrincipals(fields, "kubernetes_users", side, written);
        fields.Problems.Catalog?.Refused(fields.PathOf("kubernetes_labels_expression"));
        if (fields.Text("kubernetes_labels_expression") is { Length: > 0 })
        {
            fields.Refuse("kubernetes_labels_expression", "this version does not evaluate label expressions: write kubernetes_labels");
        }

        var resources = RoleResources.Read(fields, isDeny, version, source, advice);
        var origin = source.At(PlaceOfKey(spec, side), written);
        if (isDeny && labels.Count > 0 && resources.Count > 0)
        {
            RoleResources.WarnOfLabels(fields);
        }
        else if (!isDeny && labels.Count > 0 && resources.Count == 0)
        {
            resources = KubernetesResource.DefaultsOf(version, origin);
        }

        CheckModeratedSessions(fields);
        fields.Finish(OtherConditions);
        return new RoleConditions(labels, groups, users, origin) { KubernetesResources = resources };
    }

    private static Place PlaceOfKey(FieldReader spec, string side) => spec.Entries.First(e => e.Key.Value == side).Key.Place;

    /// <summary>Version 3 alone lets a role without labels reach every cluster.</summary>
    private static EquatableMap<EquatableList<string>> DefaultLabels(string side, int version) =>
        side == "allow" && version == 3
            ? EquatableMap<EquatableList<string>>.From([KeyValuePair.Create<string, EquatableList<string>>("*", ["*"])])
            : EquatableMap<EquatableList<string>>.Empty;

    private static EquatableMap<EquatableList<string>> ReadLabels(FieldReader fields, string side, int version)
    {
        if (fields.Mapping("kubernetes_labels") is not { Entries.Count: > 0 } labels)
        {
            return DefaultLabels(side, version);
        }

        if (labels.Entries.Sum(e => (e.Value as YamlSequence)?.Items.Count ?? 1) > MaxLabelValues)
        {
            fields.Refuse("kubernetes_labels", $"a selector has at most {MaxLabelValues} values: use a pattern, or split the role");
            return EquatableMap<EquatableList<string>>.Empty;
        }

        var map = new Dictionary<string, EquatableList<string>>(StringComparer.Ordinal);
        foreach (var (key, value) in labels.Entries)
        {
            var path = labels.PathOf(key.Value);
            var values = FieldReader.TextsOf(value is YamlSequence list ? list.Items : [value], path, labels.Problems);
            TemplateCheck.Text(key.Value, key.Place, path, labels.Problems);
            foreach (var (text, place) in values)
            {
                TemplateCheck.Pattern(text, place, path, labels.Problems);
                if (RoleNameAdvice.QuestionMark(text) is { } meant)
                {
                    labels.Problems.Warn(place, path, $"? is no wildcard here: * stands for any characters, and {meant} for exactly one in place of each ?");
                }
            }

            if (key.Value == "*" && side == "allow" && values is not [("*", _)])
            {
                labels.Problems.Add(value.Place, path, "the key * goes with the value * only, and then means every cluster: name the label instead");
            }

            map.TryAdd(key.Value, values.Select(v => v.Text).ToEquatableList());
        }

        return EquatableMap<EquatableList<string>>.From(map);
    }

    /// <param name="written">Is told where the names stand that the gate's configuration has a say in.</param>
    private static EquatableList<string> ReadPrincipals(FieldReader fields, string name, string side, List<WrittenValue> written)
    {
        var path = fields.PathOf(name);
        var texts = fields.Texts(name);
        foreach (var (text, place) in texts)
        {
            if (text.Length == 0 || text.AsSpan().Trim().Length != text.Length || text.Any(char.IsControl))
            {
                fields.Problems.Add(place, path, "a user or group is a text without control characters and without spaces around it, and not empty");
            }
            else if (text == "*" && side == "allow")
            {
                fields.Problems.Add(place, path, "* is no wildcard here: name the users or groups, such as system:masters or a group of your own");
            }
            else if (TemplateCheck.Text(text, place, path, fields.Problems) is { IsLiteral: true } && side == "allow" && Principal.NameError(text) is { } error)
            {
                fields.Problems.Add(place, path, $"\"{text}\" {error}");
            }
        }

        written.AddRange(texts
            .Where(t => side == "allow" && SystemPrincipals.None.UserObjection(t.Text) is not null)
            .DistinctBy(t => t.Text, StringComparer.Ordinal)
            .Select(t => new WrittenValue(path, t.Text, t.Place.Line, t.Place.Column)));
        return texts.Select(t => t.Text).Distinct(StringComparer.Ordinal).ToEquatableList();
    }

    /// <summary>Moderated sessions: somebody else must watch. Only those for other protocols may be ignored.</summary>
    private static void CheckModeratedSessions(FieldReader fields)
    {
        if (fields.Node("require_session_join") is not { } node || node is YamlSequence { Items.Count: 0 })
        {
            return;
        }

        if (node is YamlSequence list && list.Items.All(IsForOtherProtocols))
        {
            return;
        }

        fields.Refuse("require_session_join", "this version does not moderate sessions: remove the policy, or limit its kinds to [ssh] where it means servers");
    }

    private static bool IsForOtherProtocols(YamlNode policy) =>
        policy is YamlMapping mapping
        && mapping.Find("kinds") is YamlSequence { Items.Count: > 0 } kinds
        && kinds.Items.All(k => k is YamlScalar { Value: "ssh" or "db" or "app" or "windows_desktop" });
}
