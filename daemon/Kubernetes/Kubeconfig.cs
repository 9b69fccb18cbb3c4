using Tidegate.Yaml;

namespace Tidegate.Kubernetes;

/// <summary>A kubeconfig as written: its named entries, not yet judged.</summary>
internal sealed class Kubeconfig
{
    private Kubeconfig(
        string currentContext, Dictionary<string, FieldReader> clusters, Dictionary<string, FieldReader> users, List<Context> contexts)
    {
        CurrentContext = currentContext;
        Clusters = clusters;
        Users = users;
        Contexts = contexts;
    }

    /// <summary>Empty when the file names none.</summary>
    public string CurrentContext { get; }

    public IReadOnlyDictionary<string, FieldReader> Clusters { get; }

    public IReadOnlyDictionary<string, FieldReader> Users { get; }

    public IReadOnlyList<Context> Contexts { get; }

    /// <summary>Null when the text is no kubeconfig at all; lesser faults are noted in <paramref name="problems"/> too.</summary>
    public static Kubeconfig? Parse(ReadOnlySpan<byte> content, DocumentProblems problems)
    {
        if (Root(content, problems) is not { } root)
        {
            return null;
        }

        if (root.Text("kind") is { } kind and not "Config")
        {
            root.Refuse("kind", $"a kubeconfig has the kind Config, not {kind}");
        }

        root.Ignore("apiVersion", "preferences", "extensions");
        var current = root.Text("current-context") ?? "";
        var clusters = Named(root, "clusters", "cluster");
        var users = Named(root, "users", "user");
        var contexts = new List<Context>();
        foreach (var (name, context) in Named(root, "contexts", "context"))
        {
            var cluster = context.RequiredText("cluster");
            var user = context.Text("user") ?? "";
            context.Ignore("namespace", "extensions");
            context.Finish();
            contexts.Add(new Context(name, cluster ?? "", user, context));
        }

        root.Finish();
        return new Kubeconfig(current, clusters, users, contexts);
    }

    private static FieldReader? Root(ReadOnlySpan<byte> content, DocumentProblems problems)
    {
        if (YamlText.Decode(content, out var error, out var place) is not { } text)
        {
            problems.Add(place, "", error);
            return null;
        }

        var documents = DocumentText.Split(text);
        var node = documents.Count == 0 ? null : NodeParser.Parse(documents[0], problems, new Anchors());
        if (problems.Any)
        {
            return null;
        }

        if (documents.Count > 1)
        {
            problems.Add(new Place(documents[1].FirstLine, 1), "", "a kubeconfig is one document: remove the others");
            return null;
        }

        if (node is YamlMapping mapping)
        {
            return new FieldReader(mapping, "", problems);
        }

        problems.Add(new Place(1, 1), "", "this is no kubeconfig: it has no clusters, contexts and users");
        return null;
    }

    /// <summary>The entries of a list such as <c>clusters: [{name: a, cluster: {…}}]</c>.</summary>
    private static Dictionary<string, FieldReader> Named(FieldReader root, string list, string field)
    {
        var result = new Dictionary<string, FieldReader>(StringComparer.Ordinal);
        foreach (var entry in root.Mappings(list))
        {
            var name = entry.RequiredText("name");
            var value = field == "user" && entry.Node(field) is null ? Absent(entry, field) : entry.RequiredMapping(field);
            entry.Finish();
            if (name is not null && value is not null && !result.TryAdd(name, value))
            {
                entry.Refuse("name", $"the name \"{name}\" occurs twice: kubectl would take one of them, rename or remove the other");
            }
        }

        return result;
    }

    /// <summary>kubectl writes <c>user: null</c> for a user without credentials.</summary>
    private static FieldReader Absent(FieldReader entry, string field) => new(new YamlMapping(entry.PlaceOf(field)), entry.PathOf(field), entry.Problems);

    /// <param name="User">Empty when the context names none.</param>
    /// <param name="Fields">For the place of what is wrong.</param>
    internal sealed record Context(string Name, string Cluster, string User, FieldReader Fields);
}
