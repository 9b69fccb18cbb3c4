using System.Text;

namespace Tidegate.Tests.Filtering;

/// <summary>
/// Random answers in JSON, written in every manner that a writer may choose: order of members, white space, escapes, nesting. Hidden objects carry <see cref="Hidden"/>
/// in their content, and nothing else does.
/// </summary>
internal sealed class SampleJson(Random random)
{
    public const string Hidden = "hidden";

    /// <summary>What the objects of these answers that may be seen are called.</summary>
    public static bool Shows(string ns, string name) => ns is "" or "team" && name.StartsWith("web", StringComparison.Ordinal);

    public byte[] List()
    {
        var table = random.Next(3) == 0;
        var visible = random.NextDouble();
        var elements = Enumerable.Range(0, random.Next(8)).Select(_ => Element(table, random.NextDouble() < visible));
        var members = new List<string>
        {
            Member("kind", Quoted(table ? "Table" : "PodList")),
            Member("apiVersion", Quoted("v1")),
            Member("metadata", Object([Member("resourceVersion", "\"7\""), Member("continue", Quoted("x")), .. Maybe(Member("remainingItemCount", "12"))])),
            Member(table ? "rows" : "items", random.Next(9) == 0 ? "null" : Array(elements)),
        };
        members.AddRange([.. Maybe(Member("columnDefinitions", Value(2))), .. Maybe(Member("more", Value(3)))]);
        return Encoding.UTF8.GetBytes(Space() + Object(members) + Space());
    }

    public byte[] Watch()
    {
        var table = random.Next(2) == 0;
        var visible = random.NextDouble();
        var text = new StringBuilder(Space());
        for (var i = random.Next(8); i > 0; i--)
        {
            text.Append(Event(table, i, random.NextDouble() < visible)).Append(random.Next(3) == 0 ? Space() : "\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Event(bool table, int left, bool visible)
    {
        if (random.Next(6) == 0)
        {
            return Object([Member("type", Quoted(random.Next(2) == 0 ? "BOOKMARK" : "ERROR")), Member("object", Object([Member("kind", Quoted("Pod")), .. Maybe(Member("x", Value(2)))]))]);
        }

        var type = new[] { "ADDED", "MODIFIED", "DELETED" }[random.Next(3)];
        var about = !table ? Item(visible) : Object(
        [
            Member("kind", Quoted("Table")),
            Member("apiVersion", Quoted("meta.k8s.io/v1")),
            Member("rows", Array(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Element(true, visible && random.Next(3) > 0)))),
            .. When(random.Next(left) == 0, () => Member("columnDefinitions", random.Next(2) == 0 ? "null" : $"[{{\"name\":\"c{random.Next(9)}\"}}]")),
        ]);
        return Object([Member("type", Quoted(type)), Member("object", about)]);
    }

    private string Element(bool row, bool visible)
    {
        if (random.Next(20) == 0)
        {
            return new[] { "null", "1", "[]", "{}" }[random.Next(4)];
        }

        return row ? Object([Member("cells", visible ? Value(1) : $"\"{Hidden}\""), Member("object", Item(visible))]) : Item(visible);
    }

    private string Item(bool visible)
    {
        var name = (visible ? "web" : "db") + random.Next(100);
        var ns = random.Next(3) == 0 ? "" : visible || random.Next(2) == 0 ? "team" : "other";
        string[] metadata = [Member("name", Quoted(name)), .. When(ns.Length > 0, () => Member("namespace", Quoted(ns))), .. Maybe(Member("labels", Value(2)))];
        return Object([Member("metadata", Object(metadata)), .. Maybe(Member("spec", Value(4))), .. When(!visible, () => Member("secret", $"\"{Hidden}\""))]);
    }

    /// <summary>Any value, with the words in it that mean something elsewhere.</summary>
    private string Value(int depth) => random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => Quoted(new[] { "", "items", "metadata", "{}[],:", "\\\"", "ü\n😀", "name" }[random.Next(7)]),
        1 => new[] { "0", "-1.50E+30", "12345678901234567890" }[random.Next(3)],
        2 => "null",
        3 => random.Next(2) == 0 ? "true" : "false",
        4 => Quoted(new string('x', random.Next(300))),
        5 => Array(Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth - 1))),
        _ => Object(new[] { "items", "metadata", "name", "namespace", "object", "rows" }.Where(_ => random.Next(3) == 0).Select(n => Member(n, Value(depth - 1)))),
    };

    private string Object(IEnumerable<string> members)
    {
        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        return "{" + Space() + string.Join(Space() + "," + Space(), shuffled) + Space() + "}";
    }

    private string Array(IEnumerable<string> elements) => "[" + Space() + string.Join(Space() + "," + Space(), elements) + Space() + "]";

    private string Member(string name, string value) => Quoted(name) + Space() + ":" + Space() + value;

    private string[] Maybe(string member) => When(random.Next(2) == 0, () => member);

    private static string[] When(bool wanted, Func<string> member) => wanted ? [member()] : [];

    private string Space() => random.Next(4) == 0 ? new[] { " ", "\n", "\t ", "\r\n" }[random.Next(4)] : "";

    private string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' => $"\\u{(int)c:x4}",
                _ when !char.IsSurrogate(c) && random.Next(12) == 0 => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
