using System.Text;
using System.Text.Json;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>The same filter in its plainest form: the whole document in memory. Null where the answer cannot be filtered.</summary>
internal static class JsonReference
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 1000, AllowMultipleValues = true };

    /// <summary>The JSON values that follow each other; null when the bytes are something else.</summary>
    public static List<JsonElement>? Values(byte[] body)
    {
        var values = new List<JsonElement>();
        try
        {
            var reader = new Utf8JsonReader(body, ReaderOptions);
            while (reader.Read())
            {
                values.Add(JsonElement.ParseValue(ref reader));
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return values;
    }

    public static string? List(byte[] body, ObjectVisibility shows, bool strip)
    {
        if (Values(body) is not [{ ValueKind: JsonValueKind.Object } list])
        {
            return null;
        }

        var members = new List<(string Name, JsonElement Value)>();
        var isList = false;
        var isStatus = false;
        if (Members(list, "items").Count + Members(list, "rows").Count > 1 || Members(list, "metadata").Count > 1)
        {
            return null;
        }

        foreach (var member in list.EnumerateObject())
        {
            var value = member.Value;
            if (member.Name is "kind" or "apiVersion" && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                return null;
            }

            if (member.Name is "items" or "rows")
            {
                if (value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
                {
                    return null;
                }

                isList = true;
                value = Elements(value, member.Name == "rows", shows, strip);
            }
            else if (member.Name == "metadata")
            {
                value = JsonSignals.Head(value);
            }
            else if (member.Name is not ("kind" or "apiVersion" or "columnDefinitions") && !(isStatus && member.Name is "status" or "message" or "reason" or "details" or "code"))
            {
                continue;
            }

            isStatus = member.Name == "kind" ? value.ValueKind == JsonValueKind.String && value.GetString() == "Status" : isStatus;
            members.Add((member.Name, value));
        }

        return isList == IsStatus(list) ? null : Text(Object(members));
    }

    /// <summary>The events that are shown; null when one of them cannot be read.</summary>
    public static List<string>? Watch(byte[] body, ObjectVisibility shows, bool strip)
    {
        if (Values(body) is not { } events)
        {
            return null;
        }

        var shown = new List<string>();
        JsonElement? columns = null;
        foreach (var happened in events)
        {
            var types = Members(happened, "type");
            if (happened.ValueKind != JsonValueKind.Object || types is not [{ ValueKind: JsonValueKind.String } type]
                || type.GetString() is not ("ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK" or "ERROR"))
            {
                return null;
            }

            if (Event(happened, type.GetString() is "BOOKMARK" or "ERROR", shows, strip, ref columns) is { } left)
            {
                shown.Add(Text(left));
            }
        }

        return shown;
    }

    /// <summary>A value in one spelling, so that two can be compared.</summary>
    public static string Text(JsonElement value) => Encoding.UTF8.GetString(Bytes(value.WriteTo));

    /// <summary>The namespace and name of an object when it says both clearly.</summary>
    public static (string Namespace, string Name)? Identity(JsonElement item)
    {
        if (Members(item, "metadata") is not [{ ValueKind: JsonValueKind.Object } metadata]
            || Members(metadata, "name") is not [{ ValueKind: JsonValueKind.String } name])
        {
            return null;
        }

        return Members(metadata, "namespace") switch
        {
            [] or [{ ValueKind: JsonValueKind.Null }] => ("", name.GetString()!),
            [{ ValueKind: JsonValueKind.String } ns] => (ns.GetString()!, name.GetString()!),
            _ => null,
        };
    }

    private static JsonElement? Event(JsonElement happened, bool passes, ObjectVisibility shows, bool strip, ref JsonElement? columns)
    {
        string[] once = ["kind", "apiVersion", "rows", "columnDefinitions"];
        var about = Members(happened, "object") is [var only] ? only : default;
        var clear = Members(happened, "object").Count <= 1 && once.All(n => Members(about, n).Count <= 1)
            && Members(about, "kind").Concat(Members(about, "apiVersion")).All(v => v.ValueKind == JsonValueKind.String);
        var isTable = clear && Members(about, "kind") is [var kind] && kind.GetString() == "Table"
            && Members(about, "apiVersion") is [var version] && version.GetString()!.StartsWith("meta.k8s.io/", StringComparison.Ordinal);
        var own = Members(about, "columnDefinitions") is [{ ValueKind: not JsonValueKind.Null } named]
            && (named.ValueKind != JsonValueKind.Array || named.GetArrayLength() > 0) ? named : (JsonElement?)null;
        if (passes)
        {
            columns = isTable ? own ?? columns : columns;
            return JsonSignals.Told(happened);
        }

        if (!isTable)
        {
            return clear && Identity(about) is { } identity && identity.Name.Length > 0 && shows(identity.Namespace, identity.Name) ? happened : null;
        }

        var rows = Members(about, "rows") is [{ ValueKind: JsonValueKind.Array } all] ? Elements(all, true, shows, strip) : default;
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() == 0)
        {
            columns = own ?? columns;
            return null;
        }

        var given = own ?? columns;
        columns = null;
        var members = about.EnumerateObject().Select(m => (m.Name, m.Name == "rows" && rows.ValueKind == JsonValueKind.Array ? rows
            : m.Name == "columnDefinitions" && given is not null ? given.Value : m.Value)).ToList();
        if (given is not null && !members.Exists(m => m.Name == "columnDefinitions"))
        {
            members.Insert(0, ("columnDefinitions", given.Value));
        }

        return Object(happened.EnumerateObject().Select(m => (m.Name, m.Name == "object" ? Object(members) : m.Value)));
    }

    private static JsonElement Elements(JsonElement array, bool rows, ObjectVisibility shows, bool strip)
    {
        if (array.ValueKind == JsonValueKind.Null)
        {
            return array;
        }

        return Array(array.EnumerateArray().Where(e => IsShown(e)).Select(e => rows && strip && e.ValueKind == JsonValueKind.Object
            ? Object(e.EnumerateObject().Select(m => (m.Name, m.Name == "object" ? Null : m.Value)))
            : e));

        bool IsShown(JsonElement element)
        {
            var about = !rows ? element : Members(element, "object") is [var only] ? only : default;
            return Identity(about) is { Name.Length: > 0 } found && shows(found.Namespace, found.Name);
        }
    }

    private static bool IsStatus(JsonElement list) =>
        Members(list, "kind") is [{ ValueKind: JsonValueKind.String } kind] && kind.GetString() == "Status"
        && Members(list, "apiVersion") is [{ ValueKind: JsonValueKind.String } version] && version.GetString() == "v1";

    private static List<JsonElement> Members(JsonElement parent, string name) => parent.ValueKind == JsonValueKind.Object
        ? [.. parent.EnumerateObject().Where(m => m.NameEquals(name)).Select(m => m.Value)] : [];

    public static JsonElement Array(IEnumerable<JsonElement> elements) => Written(writer =>
    {
        writer.WriteStartArray();
        foreach (var element in elements)
        {
            element.WriteTo(writer);
        }

        writer.WriteEndArray();
    });

    public static JsonElement Object(IEnumerable<(string Name, JsonElement Value)> members) => Written(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    private static JsonElement Written(Action<Utf8JsonWriter> write) => JsonElement.Parse(Bytes(write), new JsonDocumentOptions { MaxDepth = 1000 });

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { MaxDepth = 1000, SkipValidation = true }))
        {
            write(writer);
        }

        return bytes.ToArray();
    }
}
