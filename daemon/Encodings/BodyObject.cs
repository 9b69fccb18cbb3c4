namespace Tidegate.Encodings;

/// <summary>
/// The fields read from a body or from an object inside it. It takes each key once: where a key occurs twice, one reader takes the first value, another the last,
/// and a third merges them, so that the gate could decide about one object and the cluster store another.
/// </summary>
/// <param name="field">What the object is.</param>
/// <param name="path">Where it stands in the body, such as <c>spec.resourceAttributes</c>; empty for the body itself.</param>
internal sealed class BodyObject(BodyField field, string path = "")
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BodyObject> objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);

    /// <summary>The object as messages name it.</summary>
    public string Noun => path.Length == 0 ? "the body" : path;

    /// <summary>A text; empty when absent or null, which are the same to Kubernetes.</summary>
    public string Text(string name) => texts.GetValueOrDefault(name, "");

    /// <summary>An object; null when absent or null.</summary>
    public BodyObject? Object(string name) => objects.GetValueOrDefault(name);

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Takes note of a key.</summary>
    /// <returns>The field that it names; null for one that is not read.</returns>
    /// <exception cref="FormatException">
    /// It occurs twice, or differs from a field's name in case alone: Go's own JSON reader, which kube-apiserver uses for <c>apiVersion</c> and <c>kind</c>, takes
    /// it for the field, and the reader for the rest does not. Source: <c>k8s.io/apimachinery/pkg/runtime/serializer/json/meta.go</c>.
    /// </exception>
    public BodyField? Enter(string key)
    {
        if (!keys.Add(key))
        {
            throw new FormatException($"{PathOf(key)} occurs twice: remove one of them");
        }

        foreach (var candidate in field.Fields!)
        {
            if (candidate.Name == key)
            {
                return candidate;
            }

            if (IsSameFolded(key, candidate.Name))
            {
                throw new FormatException($"{PathOf(key)} must be written {candidate.Name}");
            }
        }

        return null;
    }

    /// <summary>The field with a number in protobuf, noted as <see cref="Enter(string)"/> does; null for one that is not read.</summary>
    public BodyField? Enter(int number)
    {
        foreach (var candidate in field.Fields!)
        {
            if (candidate.Number == number)
            {
                return Enter(candidate.Name);
            }
        }

        return null;
    }

    public void Set(string name, string text) => texts[name] = text;

    /// <summary>Adds an object, to be filled.</summary>
    public BodyObject Open(BodyField child) => objects[child.Name] = new BodyObject(child, PathOf(child.Name));

    /// <summary>Go folds by Unicode, where U+212A (Kelvin) is a k and U+017F (long s) an s. Source: <c>encoding/json/fold.go</c>.</summary>
    private static bool IsSameFolded(string key, string name) =>
        key.Length == name.Length && string.Equals(key.Replace('\u212a', 'k').Replace('\u017f', 's'), name, StringComparison.OrdinalIgnoreCase);
}
