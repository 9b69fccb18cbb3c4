namespace Tidegate.Simulation.Objects;

/// <summary>The built-in kinds of <c>kinds.tsv</c>.</summary>
internal static class KindTable
{
    private static readonly string[] ReadWrite = ["get", "patch", "update"];

    public static IEnumerable<ResourceType> Read()
    {
        using Stream resource = typeof(KindTable).Assembly.GetManifestResourceStream("kinds.tsv")!;
        using StreamReader reader = new(resource);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split('\t') is [var group, var version, var plural, var kind, var scope, var shortNames, var categories, var subresources, var flags])
            {
                yield return new ResourceType(group, version, plural, kind, scope == "namespaced")
                {
                    ShortNames = Words(shortNames),
                    Categories = Words(categories),
                    Subresources = [.. Words(subresources).Select(s => Sub(s, kind))],
                    CreatesOnUpdate = Words(flags).Contains("put"),
                    ReturnsDeleted = Words(flags).Contains("gone"),
                };
            }
        }
    }

    private static Subresource Sub(string name, string kind) => name == "scale" ? new(name, "Scale", ReadWrite, "autoscaling", "v1") : new(name, kind, ReadWrite);

    private static string[] Words(string cell) => cell.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
