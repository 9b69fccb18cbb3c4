using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Requests;

/// <summary>The parameters of a list, watch or deletecollection, converted as apimachinery does (pkg/runtime/conversion.go).</summary>
internal sealed record ListOptions
{
    public LabelQuery Labels { get; private init; } = LabelQuery.Everything;

    public FieldQuery Fields { get; private init; } = FieldQuery.Everything;

    public bool Watch { get; private init; }

    public bool AllowWatchBookmarks { get; private init; }

    public bool SendInitialEvents { get; private init; }

    /// <summary>Empty: whatever is newest.</summary>
    public string ResourceVersion { get; private init; } = "";

    public string ResourceVersionMatch { get; private init; } = "";

    /// <summary>How long a watch may last; null or 0: the server's choice.</summary>
    public long? TimeoutSeconds { get; private init; }

    /// <summary>0: no limit.</summary>
    public long Limit { get; private init; }

    public string Continue { get; private init; } = "";

    /// <exception cref="ApiException">400 for a value that cannot be converted.</exception>
    public static ListOptions Decode(UrlQuery query) => new()
    {
        Labels = LabelQuery.Parse(query.First("labelSelector") ?? ""),
        Fields = FieldQuery.Parse(query.First("fieldSelector") ?? ""),
        Watch = Bool(query.First("watch")),
        AllowWatchBookmarks = Bool(query.First("allowWatchBookmarks")),
        SendInitialEvents = Bool(query.First("sendInitialEvents")),
        ResourceVersion = query.First("resourceVersion") ?? "",
        ResourceVersionMatch = query.First("resourceVersionMatch") ?? "",
        TimeoutSeconds = Number(query.First("timeoutSeconds")),
        Limit = Number(query.First("limit")) ?? 0,
        Continue = query.First("continue") ?? "",
    };

    public bool Matches(JsonObject item) => Labels.Matches(item) && Fields.Matches(item);

    /// <summary>Only absence, <c>0</c> and <c>false</c> in any case mean no; an empty value means yes.</summary>
    public static bool Bool(string? value) => value is not null && value != "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    private static long? Number(string? value) => value is null
        ? null
        : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw ApiException.BadRequest($"strconv.ParseInt: parsing \"{value}\": invalid syntax");
}
