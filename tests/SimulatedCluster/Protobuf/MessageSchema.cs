using System.Globalization;

namespace Tidegate.Simulation.Protobuf;

/// <summary>One field of a message.</summary>
/// <param name="Type">A scalar (<c>string</c>, <c>bytes</c>, <c>bool</c>, <c>int</c>, <c>double</c>) or a message's name.</param>
/// <param name="IsInline">Whether JSON has the message's fields in the parent.</param>
internal sealed record MessageField(int Number, string Name, string Type, bool IsList, bool IsMap, bool IsInline);

/// <summary>The field numbers of the Kubernetes API types, from <c>messages.tsv</c>.</summary>
internal static class MessageSchema
{
    private static readonly Lazy<Dictionary<string, MessageField[]>> Messages = new(Load);

    public static MessageField[]? Find(string message) => Messages.Value.GetValueOrDefault(message);

    /// <summary>The message of a kind; where two groups have kinds of one name, the table has one with its group in front.</summary>
    public static string NameOf(string apiVersion, string kind)
    {
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        string qualified = slash < 0 ? kind : $"{apiVersion[..slash]}/{kind}";
        return Messages.Value.ContainsKey(qualified) ? qualified : kind;
    }

    private static Dictionary<string, MessageField[]> Load()
    {
        using Stream resource = typeof(MessageSchema).Assembly.GetManifestResourceStream("messages.tsv")!;
        using StreamReader reader = new(resource);
        Dictionary<string, MessageField[]> messages = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var name, var fields])
            {
                messages[name] = [.. fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseField)];
            }
        }

        return messages;
    }

    private static MessageField ParseField(string text)
    {
        string[] parts = text.Split(':');
        string type = parts[2];
        bool list = type.StartsWith("[]", StringComparison.Ordinal);
        bool map = type.StartsWith("{}", StringComparison.Ordinal);
        return new MessageField(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts[1].TrimStart('~'),
            list || map ? type[2..] : type,
            list,
            map,
            parts[1].StartsWith('~'));
    }
}
