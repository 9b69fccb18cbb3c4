using System.Text;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>The OpenAPI v2 document in gnostic's protobuf form; field numbers are those of gnostic's OpenAPIv2.proto.</summary>
internal static class OpenApiProtobuf
{
    public static byte[] Document(ResourceCatalog catalog) => Message(document =>
    {
        document.Text(1, "2.0");
        document.Child(2, info => info.Text(1, "Kubernetes").Text(2, "v1.35.0-simulated"));
        document.Child(8, paths =>
        {
            foreach (ResourceType type in catalog.All)
            {
                // Paths.path is a NamedPathItem; PathItem.patch is field 8.
                paths.Child(2, named => named.Text(1, OpenApi.Template(type)).Child(2, item => item.Child(8, operation => Operation(operation, type))));
            }
        });
    });

    private static void Operation(Writer operation, ResourceType type)
    {
        foreach (string name in (string[])["dryRun", "fieldManager", "fieldValidation"])
        {
            // ParametersItem.parameter → Parameter.non_body_parameter → NonBodyParameter.query_parameter_sub_schema.
            operation.Child(8, item => item.Child(1, parameter => parameter.Child(2, nonBody => nonBody.Child(3, query => query.Text(2, "query").Text(4, name)))));
        }

        string yaml = $"group: \"{type.Group}\"\nkind: {type.Kind}\nversion: {type.Version}\n";
        operation.Child(13, extension => extension.Text(1, "x-kubernetes-group-version-kind").Child(2, any => any.Text(2, yaml)));
    }

    private static byte[] Message(Action<Writer> fill)
    {
        Writer writer = new();
        fill(writer);
        return writer.ToArray();
    }

    /// <summary>Writes length-delimited fields, all that is needed here.</summary>
    private sealed class Writer
    {
        private readonly MemoryStream buffer = new();

        public byte[] ToArray() => buffer.ToArray();

        public Writer Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Writer Child(int field, Action<Writer> fill) => Bytes(field, Message(fill));

        private Writer Bytes(int field, byte[] value)
        {
            Number((uint)((field << 3) | 2));
            Number((uint)value.Length);
            buffer.Write(value);
            return this;
        }

        private void Number(uint value)
        {
            while (value >= 0x80)
            {
                buffer.WriteByte((byte)(value | 0x80));
                value >>= 7;
            }

            buffer.WriteByte((byte)value);
        }
    }
}
