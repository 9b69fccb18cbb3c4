using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Collects from the walk over one object which one it is. An object that says it twice, or says it with something else than text, says nothing: decoders would read
/// different names from it.
/// </summary>
internal struct JsonIdentity
{
    private string? ns;
    private string? name;
    private bool hasMetadata;
    private bool hasNamespace;
    private bool hasName;
    private bool unclear;

    /// <summary>The object's namespace and name; null when they are not clear.</summary>
    public readonly (string Namespace, string Name)? Value => unclear || name is null ? null : (hasNamespace ? ns ?? "" : "", name);

    /// <summary>Forgets the object; the next one begins.</summary>
    public void Reset()
    {
        // The namespace is often the same again and need not be allocated again; until it is read it does not count.
        this = new JsonIdentity { ns = ns };
    }

    /// <summary>The object's <c>metadata</c> begins, or is something else than an object.</summary>
    public void Metadata(bool isObject)
    {
        unclear |= hasMetadata || !isObject;
        hasMetadata = true;
    }

    /// <summary>The object's name or namespace.</summary>
    /// <param name="reader">Stands at the value.</param>
    public void Part(JsonRole role, ref Utf8JsonReader reader)
    {
        // Null is what leaving it out is.
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
        {
            unclear = true;
        }
        else if (role == JsonRole.Name)
        {
            unclear |= hasName;
            hasName = true;
            name = reader.GetString();
        }
        else
        {
            unclear |= hasNamespace;
            hasNamespace = true;
            ns = reader.TokenType == JsonTokenType.String && ns is not null && reader.ValueTextEquals(ns) ? ns : reader.GetString();
        }
    }

    /// <summary>The name or the namespace is an object or an array.</summary>
    public void Unclear() => unclear = true;
}
