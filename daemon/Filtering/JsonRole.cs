using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>What a value in an answer is to the filter.</summary>
internal enum JsonRole
{
    /// <summary>Nothing: it is passed over, and whatever is in it.</summary>
    None,
    List,
    ListMetadata,

    /// <summary>What a <c>Status</c> has and no list.</summary>
    StatusMember,
    Items,
    Item,
    Event,
    EventType,
    EventObject,
    ColumnDefinitions,
    Kind,
    ApiVersion,
    Rows,
    Row,
    RowObject,
    Metadata,
    Name,
    Namespace,
}

/// <summary>
/// Where each role stands in an answer. Sources: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c> (ListMeta, ObjectMeta, Table, WatchEvent). Names count exactly as
/// written, as the API machinery's own decoder reads them.
/// </summary>
internal static class JsonRoles
{
    /// <summary>No role stands deeper: event, object, rows, row, the row's object, metadata, name.</summary>
    public const int Deepest = 8;

    /// <summary>The role of a member.</summary>
    /// <param name="name">Stands at the member's name.</param>
    public static JsonRole Member(JsonRole parent, ref Utf8JsonReader name) => parent switch
    {
        JsonRole.List when name.ValueTextEquals("items"u8) => JsonRole.Items,
        JsonRole.List when name.ValueTextEquals("rows"u8) => JsonRole.Rows,
        JsonRole.List when name.ValueTextEquals("metadata"u8) => JsonRole.ListMetadata,
        JsonRole.List when IsStatusMember(ref name) => JsonRole.StatusMember,
        JsonRole.Event when name.ValueTextEquals("type"u8) => JsonRole.EventType,
        JsonRole.Event when name.ValueTextEquals("object"u8) => JsonRole.EventObject,
        JsonRole.EventObject when name.ValueTextEquals("rows"u8) => JsonRole.Rows,
        JsonRole.List or JsonRole.EventObject when name.ValueTextEquals("columnDefinitions"u8) => JsonRole.ColumnDefinitions,
        JsonRole.List or JsonRole.EventObject when name.ValueTextEquals("kind"u8) => JsonRole.Kind,
        JsonRole.List or JsonRole.EventObject when name.ValueTextEquals("apiVersion"u8) => JsonRole.ApiVersion,
        JsonRole.Row when name.ValueTextEquals("object"u8) => JsonRole.RowObject,
        JsonRole.Item or JsonRole.RowObject or JsonRole.EventObject when name.ValueTextEquals("metadata"u8) => JsonRole.Metadata,
        JsonRole.Metadata when name.ValueTextEquals("name"u8) => JsonRole.Name,
        JsonRole.Metadata when name.ValueTextEquals("namespace"u8) => JsonRole.Namespace,
        _ => JsonRole.None,
    };

    /// <summary>The role of an array's elements.</summary>
    public static JsonRole Element(JsonRole array) => array switch
    {
        JsonRole.Items => JsonRole.Item,
        JsonRole.Rows => JsonRole.Row,
        _ => JsonRole.None,
    };

    public static bool IsArray(JsonRole role) => role is JsonRole.Items or JsonRole.Rows;

    public static bool IsObject(JsonRole role) => role is JsonRole.List or JsonRole.Item or JsonRole.Event or JsonRole.EventObject
        or JsonRole.Row or JsonRole.RowObject or JsonRole.Metadata;

    private static bool IsStatusMember(ref Utf8JsonReader name) =>
        name.ValueTextEquals("status"u8) || name.ValueTextEquals("message"u8) || name.ValueTextEquals("reason"u8) || name.ValueTextEquals("details"u8) || name.ValueTextEquals("code"u8);
}
