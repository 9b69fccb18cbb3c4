using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>CustomResourceDefinitions, and the resource types that they make.</summary>
internal static class CustomKinds
{
    private static readonly string[] ReadWrite = ["get", "patch", "update"];

    /// <summary>A definition of one version without a schema, as somebody would write it.</summary>
    public static JsonObject Definition(string group, string version, string plural, string kind, bool namespaced) => new()
    {
        ["spec"] = new JsonObject
        {
            ["group"] = group,
            ["names"] = new JsonObject { ["plural"] = plural, ["kind"] = kind },
            ["scope"] = namespaced ? "Namespaced" : "Cluster",
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
            }),
        },
    };

    /// <summary>Fills in the defaults and reports the names as accepted.</summary>
    /// <exception cref="ApiException">422 for a name that is not the plural with its group, or for no version that is stored.</exception>
    public static void Admit(JsonObject definition, string timestamp)
    {
        JsonObject names = definition.Ensure("spec", "names");
        string kind = names.Text("kind") ?? "";
        string wanted = $"{names.Text("plural")}.{definition.Text("spec", "group")}";
        if (definition.Name() != wanted)
        {
            throw ApiException.Invalid(
                ResourceTypes.CustomResourceDefinitions, definition.Name(), $"metadata.name: Invalid value: \"{definition.Name()}\": must be spec.names.plural+\".\"+spec.group");
        }

        if (definition.Items("spec", "versions").Count(v => v.At("storage")?.GetValue<bool>() == true) != 1)
        {
            throw ApiException.Invalid(
                ResourceTypes.CustomResourceDefinitions, definition.Name(), "spec.versions: Invalid value: must have exactly one version marked as storage version");
        }

        names["singular"] ??= kind.ToLowerInvariant();
        names["listKind"] ??= kind + "List";
        definition.Ensure("spec")["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        definition["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", timestamp),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", timestamp)),
            ["acceptedNames"] = names.DeepClone(),
            ["storedVersions"] = new JsonArray([.. definition.Items("spec", "versions").Where(v => v.At("storage")?.GetValue<bool>() == true).Select(v => v["name"]?.DeepClone())]),
        };
    }

    /// <summary>One type for each served version.</summary>
    public static List<ResourceType> TypesOf(JsonObject definition)
    {
        JsonNode? names = definition.At("spec", "names");
        string kind = names.Text("kind") ?? "";
        return
        [
            .. definition.Items("spec", "versions").Where(v => v.At("served")?.GetValue<bool>() == true).Select(version => new ResourceType(
                definition.Text("spec", "group") ?? "",
                version.Text("name") ?? "",
                names.Text("plural") ?? "",
                kind,
                definition.Text("spec", "scope") == "Namespaced")
            {
                IsCustom = true,
                Singular = names.Text("singular") ?? kind.ToLowerInvariant(),
                ListKind = names.Text("listKind") ?? kind + "List",
                ShortNames = Texts(names, "shortNames"),
                Categories = Texts(names, "categories"),
                Subresources = Subresources(version, kind),
                PrinterColumns = [.. version.Items("additionalPrinterColumns").Select(Column)],
            }),
        ];
    }

    private static Subresource[] Subresources(JsonNode version, string kind)
    {
        List<Subresource> found = [];
        if (version.At("subresources", "scale") is not null)
        {
            found.Add(new("scale", "Scale", ReadWrite, "autoscaling", "v1"));
        }

        if (version.At("subresources", "status") is not null)
        {
            found.Add(new("status", kind, ReadWrite));
        }

        return [.. found];
    }

    private static PrinterColumn Column(JsonNode column) =>
        new(column.Text("name") ?? "", column.Text("type") ?? "string", column.Text("jsonPath") ?? "", (int)(column.Number("priority") ?? 0));

    private static string[] Texts(JsonNode? node, string field) => [.. node.Items(field).Select(n => n.GetValue<string>())];

    private static JsonObject Condition(string type, string reason, string message, string timestamp) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = timestamp,
        ["reason"] = reason,
        ["message"] = message,
    };
}
