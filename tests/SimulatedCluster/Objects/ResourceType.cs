using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>One resource that the simulated API server serves, as discovery describes it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Plural">Lower-case plural, as in URLs.</param>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private readonly ConditionalWeakTable<JsonObject, JsonObject> converted = [];

    public string[] ShortNames { get; init; } = [];

    public string[] Categories { get; init; } = [];

    public Subresource[] Subresources { get; init; } = [];

    /// <summary>Whether the type is a review: it can only be created and nothing is kept.</summary>
    public bool IsReview { get; init; }

    /// <summary>Whether a CustomResourceDefinition made it: whole objects only as JSON or YAML, and each item of a list with its kind.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether a PUT of a missing object creates it (<c>AllowCreateOnUpdate</c> of the type's strategy).</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>Whether a DELETE is answered with the object instead of a Status (<c>ReturnDeletedObject</c> of the type's store).</summary>
    public bool ReturnsDeleted { get; init; }

    /// <summary>The columns of a custom type beside its name; empty: its age.</summary>
    public IReadOnlyList<PrinterColumn> PrinterColumns { get; init; } = [];

    /// <summary>Set where objects are stored in another form than they are shown in, such as events.k8s.io's, which are the core group's.</summary>
    public StoredForm? StoredForm { get; init; }

    public string[] Verbs { get; init; } = AllVerbs;

    public string Singular { get; init; } = Kind.ToLowerInvariant();

    public string ListKind { get; init; } = Kind + "List";

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name in messages: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedName { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The name under which the objects are kept; all versions of a kind share it.</summary>
    public string StorageName => StoredForm?.Name ?? QualifiedName;

    public bool HasStatus => Array.Exists(Subresources, s => s.Name == "status");

    public bool Serves(string verb) => Array.IndexOf(Verbs, verb) >= 0;

    /// <summary>A stored object as this type shows it. The same object is given for the same stored one.</summary>
    public JsonObject Shown(JsonObject stored)
    {
        if (StoredForm is null && (!IsCustom || stored.Text("apiVersion") == ApiVersion))
        {
            return stored;
        }

        return converted.GetValue(stored, original =>
        {
            JsonObject copy = original.Clone();
            copy["apiVersion"] = ApiVersion;
            return StoredForm is null ? copy : StoredForm.Show(copy);
        });
    }

    /// <summary>An object of this type as it is stored.</summary>
    public JsonObject Stored(JsonObject shown) => StoredForm is null ? shown : StoredForm.Store(shown);

    public bool Equals(ResourceType? other) => other is not null && ApiVersion == other.ApiVersion && Plural == other.Plural;

    public override int GetHashCode() => HashCode.Combine(Group, Version, Plural);
}

/// <summary>A subresource in discovery; <paramref name="Group"/> and <paramref name="Version"/> only where its kind lives elsewhere.</summary>
internal sealed record Subresource(string Name, string Kind, string[] Verbs, string? Group = null, string? Version = null);

/// <summary>An additional column of a custom type.</summary>
/// <param name="Path">A dotted path, such as <c>.spec.size</c>.</param>
internal sealed record PrinterColumn(string Name, string Type, string Path, int Priority = 0);

/// <summary>How objects are kept under another type's name. Both functions may change what they are given.</summary>
internal sealed record StoredForm(string Name, Func<JsonObject, JsonObject> Show, Func<JsonObject, JsonObject> Store);
