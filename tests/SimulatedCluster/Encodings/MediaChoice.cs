using System.Globalization;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Encodings;

/// <summary>How objects are written.</summary>
internal enum WireFormat
{
    Json,
    Yaml,
    Protobuf,
}

/// <summary>
/// What an <c>Accept</c> header comes to for one type (apiserver, pkg/endpoints/handlers/negotiation/negotiate.go and
/// AllowsMediaTypeTransform in handlers/rest.go).
/// </summary>
/// <param name="Form">Empty for whole objects, else the kind that they are turned into, such as <c>Table</c>.</param>
/// <param name="Version">The version of meta.k8s.io of that kind.</param>
internal sealed record MediaChoice(WireFormat Format, string Form, string Version)
{
    private const string MetaGroup = "meta.k8s.io";

    public static readonly MediaChoice PlainJson = new(WireFormat.Json, "", "");

    public bool IsTable => Form == "Table";

    public string ContentType => Format switch
    {
        WireFormat.Yaml => "application/yaml",
        WireFormat.Protobuf => "application/vnd.kubernetes.protobuf",
        _ => "application/json",
    };

    /// <summary>The media type of a watch: only JSON has no parameter.</summary>
    public string WatchContentType => Format == WireFormat.Json ? ContentType : ContentType + ";stream=watch";

    /// <param name="type">The type that is asked for; null for a Status, which takes no form.</param>
    /// <exception cref="ApiException">406 if the client accepts nothing that can be given.</exception>
    public static MediaChoice Of(HttpRequest request, ResourceType? type, bool watch) => TryOf(request, type, watch) ?? throw new ApiException(
        406,
        "NotAcceptable",
        watch
            ? "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
            : "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");

    /// <returns>The choice, or null where <see cref="Of"/> would refuse.</returns>
    public static MediaChoice? TryOf(HttpRequest request, ResourceType? type, bool watch)
    {
        // Like Header.Get: further Accept lines count for nothing.
        string accept = request.Headers.Accept.Count == 0 ? "" : request.Headers.Accept[0] ?? "";
        if (accept.Length == 0)
        {
            return PlainJson;
        }

        foreach (Clause clause in accept.Split(',').Select(Clause.Parse).OrderByDescending(c => c.Quality).ThenBy(c => c.Wildcards))
        {
            foreach (WireFormat format in clause.Formats())
            {
                if (Accepts(clause, format, type, watch) is { } choice)
                {
                    return choice;
                }
            }
        }

        return null;
    }

    private static MediaChoice? Accepts(Clause clause, WireFormat format, ResourceType? type, bool watch)
    {
        if ((watch && format == WireFormat.Yaml) || (clause.Parameters.GetValueOrDefault("stream") is { Length: > 0 } stream && (stream != "watch" || format == WireFormat.Yaml)))
        {
            return null;
        }

        string form = clause.Parameters.GetValueOrDefault("as", "");
        string group = clause.Parameters.GetValueOrDefault("g", "");
        string version = clause.Parameters.GetValueOrDefault("v", "");
        if (form.Length == 0 && group.Length == 0 && version.Length == 0)
        {
            return format == WireFormat.Protobuf && type is not null && JsonOnly(type) ? null : new MediaChoice(format, "", "");
        }

        bool known = type is not null && group == MetaGroup && version is "v1" or "v1beta1";
        return form switch
        {
            "Table" when known && format != WireFormat.Protobuf => new MediaChoice(format, form, version),
            "PartialObjectMetadata" or "PartialObjectMetadataList" when known => new MediaChoice(format, form, version),
            _ => null,
        };
    }

    /// <summary>Definitions have protobuf in a real cluster; their schemas are not worth it here.</summary>
    private static bool JsonOnly(ResourceType type) => type.IsCustom || type == ResourceTypes.CustomResourceDefinitions;

    /// <summary>One entry of the header.</summary>
    private sealed record Clause(string Type, string Subtype, double Quality, Dictionary<string, string> Parameters)
    {
        private static readonly (WireFormat Format, string Subtype)[] Served =
            [(WireFormat.Json, "json"), (WireFormat.Yaml, "yaml"), (WireFormat.Protobuf, "vnd.kubernetes.protobuf")];

        public int Wildcards => (Type == "*" ? 2 : 0) + (Subtype == "*" ? 1 : 0);

        public static Clause Parse(string text)
        {
            string[] parts = text.Split(';', StringSplitOptions.TrimEntries);
            string[] names = parts[0].Split('/');
            Dictionary<string, string> parameters = new(StringComparer.Ordinal);
            double quality = 1;
            foreach (string parameter in parts.Skip(1))
            {
                string[] pair = parameter.Split('=', 2);
                if (pair is ["q", var q])
                {
                    quality = double.TryParse(q, CultureInfo.InvariantCulture, out double given) ? given : 1;
                }
                else if (pair.Length == 2)
                {
                    parameters[pair[0]] = pair[1];
                }
            }

            return new Clause(names[0], names.Length > 1 ? names[1] : names[0] == "*" ? "*" : "", quality, parameters);
        }

        public IEnumerable<WireFormat> Formats() =>
            Served.Where(s => (Type == "application" && (Subtype == s.Subtype || Subtype == "*")) || (Type == "*" && Subtype == "*")).Select(s => s.Format);
    }
}
