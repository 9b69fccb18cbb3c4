using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using ConflictMarker = Tidegate.Yaml.ConflictMarker;

namespace Tidegate.Configuration;

/// <summary>
/// Builds the tree of a file's only document from the parser's events. The parser's own object model has no place for a second
/// problem and keeps of duplicate keys either none or the last one.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Far deeper than any setting; keeps the recursion off the end of the stack.</summary>
    private const int MaxDepth = 32;

    private const string CoreTag = "tag:yaml.org,2002:";

    private readonly IParser parser;
    private readonly ProblemList problems;
    private readonly Dictionary<string, YamlNode> anchors = new(StringComparer.Ordinal);

    private YamlTree(IParser parser, ProblemList problems)
    {
        this.parser = parser;
        this.problems = problems;
    }

    /// <returns>The root, or null when the file holds no usable document; the reason is then among the problems.</returns>
    public static YamlNode? Read(string text, ProblemList problems)
    {
        try
        {
            return new YamlTree(new Parser(new StringReader(text)), problems).Document();
        }
        catch (YamlException) when (ConflictMarker.Find(text, isBroken: true) is { } line)
        {
            problems.Error(new(line, 1), "", ConflictMarker.Message);
            return null;
        }
        catch (YamlException e)
        {
            problems.Error(PlaceOf(e.Start), "", $"is not valid YAML: {OneLine(e.Message)}");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // Some malformed flow collections make the parser fail without saying where.
            problems.Error(default, "", "is not valid YAML: look for a missing bracket, comma or quote");
            return null;
        }
    }

    private YamlNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            problems.Error(default, "", "the file is empty; 'tidegate configure' writes one to start from");
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
        {
            problems.Error(PlaceOf(second.Start), "", "a second document starts here; put everything into one");
        }

        return root;
    }

    private YamlNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var named)
                ? named
                : throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value} names no anchor that is complete above it");
        }

        var start = parser.Consume<NodeEvent>();
        if (depth > MaxDepth)
        {
            throw new YamlException(start.Start, start.End, $"nested deeper than {MaxDepth} levels");
        }

        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific && !start.Tag.Value.StartsWith(CoreTag, StringComparison.Ordinal))
        {
            problems.Error(PlaceOf(start.Start), "", $"the tag {OneLine(start.Tag.Value)} is not known; remove it");
        }

        YamlNode node = start switch
        {
            Scalar scalar => ScalarOf(scalar),
            SequenceStart => Sequence(start, depth),
            _ => Mapping(start, depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private static YamlScalar ScalarOf(Scalar scalar) =>
        // A plain scalar with the tag !!str is text, whatever it looks like.
        new(PlaceOf(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty);

    private YamlSequence Sequence(NodeEvent start, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new(PlaceOf(start.Start), items);
    }

    private YamlMapping Mapping(NodeEvent start, int depth)
    {
        var own = new Dictionary<string, YamlPlace>(StringComparer.Ordinal);
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var merges = new List<YamlNode>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var place = parser.Current is { } current ? PlaceOf(current.Start) : default;
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar name)
            {
                problems.Error(place, "", $"{key.Kind} cannot be a key; write a name");
            }
            else if (name is { IsPlain: true, Text: "<<" })
            {
                merges.Add(value);
            }
            else if (own.TryAdd(name.Text, place))
            {
                entries.Add(new(name, value));
            }
            else
            {
                problems.Error(place, "", $"the key \"{OneLine(name.Text)}\" is here twice, first in line {own[name.Text].Line}; remove one");
            }
        }

        foreach (var merge in merges)
        {
            Merge(merge, own, entries);
        }

        return new(PlaceOf(start.Start), entries);
    }

    /// <summary>The rule of YAML's merge key: own keys win, and of several merged mappings the earlier one.</summary>
    private void Merge(YamlNode merge, Dictionary<string, YamlPlace> own, List<KeyValuePair<YamlScalar, YamlNode>> entries)
    {
        foreach (var source in merge is YamlSequence list ? list.Items : [merge])
        {
            if (source is not YamlMapping mapping)
            {
                problems.Error(source.Place, "", $"<< takes a mapping or a list of mappings, not {source.Kind}");
                continue;
            }

            foreach (var entry in mapping.Entries)
            {
                if (own.TryAdd(entry.Key.Text, entry.Key.Place))
                {
                    entries.Add(entry);
                }
            }
        }
    }

    private static YamlPlace PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
