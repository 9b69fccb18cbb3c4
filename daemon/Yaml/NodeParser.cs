using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tidegate.Yaml;

/// <summary>
/// One document → nodes with their places. Stricter than YAML: keys are texts and occur once, and anchors, aliases, tags and merge keys,
/// which manifests do not need and which make small files expand without bound, are refused; but a kubeconfig may have anchors, as kubectl's may.
/// </summary>
internal sealed class NodeParser
{
    /// <summary>Nesting that no manifest reaches.</summary>
    public const int MaxDepth = 64;

    /// <summary>Longest key.</summary>
    public const int MaxKeyLength = 1024;

    private readonly DocumentText document;
    private readonly DocumentProblems problems;
    private readonly LongRuns runs;
    private readonly Anchors? anchors;
    private readonly Stack<Frame> open = new();
    private YamlNode? root;
    private Place last;

    private NodeParser(DocumentText document, DocumentProblems problems, Anchors? anchors)
    {
        this.anchors = anchors;
        this.document = document;
        this.problems = problems;
        runs = LongRuns.TakeOut(Directives.TakeOut(document, problems));
        last = new Place(document.FirstLine, 1);
    }

    /// <summary>
    /// The document's value, null when it is empty. After a syntax error it is what was read before the error, so that the
    /// caller can still tell which resource the document is about.
    /// </summary>
    /// <param name="anchors">Where anchors, aliases and merge keys are allowed; null: they are errors.</param>
    public static YamlNode? Parse(DocumentText document, DocumentProblems problems, Anchors? anchors = null)
    {
        // What else is wrong between the markers of a merge is of no interest.
        var own = new DocumentProblems("", problems.Catalog);
        var parser = new NodeParser(document, own, anchors);
        parser.Run();
        if (ConflictMarker.Find(document.Text, own.Any) is { } line)
        {
            problems.Add(new Place(document.FirstLine + line - 1, 1), "", ConflictMarker.Message);
        }
        else
        {
            problems.AddAll(own);
        }

        return parser.root;
    }

    private void Run()
    {
        try
        {
            var parser = new Parser(new StringReader(runs.Text));
            while (parser.MoveNext() && Take(parser.Current!))
            {
            }
        }
        catch (YamlException e)
        {
            var place = At(e.Start);
            problems.Add(TabAfter(place, e.Message) ?? place, "", $"this is not valid YAML: {Describe(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // Some malformed flow collections make the parser fail without saying where.
            problems.Add(last, "", "this is not valid YAML shortly after this place: look for a missing bracket, comma or quote");
        }
    }

    /// <summary>False to stop.</summary>
    private bool Take(ParsingEvent current)
    {
        if (current is NodeEvent or AnchorAlias)
        {
            last = At(current.Start);
            if (anchors is not null && current is AnchorAlias alias)
            {
                return Share(alias.Value.Value);
            }

            Refuse(current);
            return Attach(AnchorOf(current), current switch
            {
                Scalar scalar => new YamlScalar(last, runs.Restore(scalar.Value), scalar.Style == ScalarStyle.Plain),
                SequenceStart => new YamlSequence(last),
                MappingStart => new YamlMapping(last),
                _ => new YamlScalar(last, "", isPlain: true),
            });
        }

        if (current is MappingEnd or SequenceEnd)
        {
            open.Pop().End(anchors, problems);
        }

        return true;
    }

    private void Refuse(ParsingEvent current)
    {
        if (current is not NodeEvent node || (anchors is null && !node.Anchor.IsEmpty))
        {
            problems.Add(last, "", "anchors and aliases (&, *) are not supported in manifests: write the value out, or quote a text that starts with & or *");
        }
        else if (!node.Tag.IsEmpty)
        {
            problems.Add(last, "", "YAML tags (!) are not supported in manifests: remove the tag, or quote a text that starts with !");
        }
    }

    private string? AnchorOf(ParsingEvent current) => anchors is not null && current is NodeEvent { Anchor: { IsEmpty: false } anchor } ? anchor.Value : null;

    private bool Share(string name)
    {
        if (anchors!.Find(name) is { } node)
        {
            return Place(node);
        }

        problems.Add(last, "", $"nothing before this place has the anchor &{name}: write the value out, or quote a text that starts with *");
        return false;
    }

    private bool Place(YamlNode node)
    {
        if (!open.TryPeek(out var frame))
        {
            root ??= node;
            return true;
        }

        return frame.Add(node, anchors is not null, problems);
    }

    private bool Attach(string? anchor, YamlNode node)
    {
        if (!Place(node))
        {
            return false;
        }

        if (node is YamlScalar)
        {
            if (anchor is not null)
            {
                anchors!.Name(anchor, node);
            }
        }
        else
        {
            open.Push(new Frame(node, anchor));
            if (open.Count > MaxDepth)
            {
                problems.Add(node.Place, "", $"the document is nested deeper than {MaxDepth} levels");
                return false;
            }
        }

        return true;
    }

    private Place At(Mark mark) => new(
        document.FirstLine + (int)Math.Max(mark.Line, 1) - 1,
        runs.Column((int)mark.Line, (int)Math.Max(mark.Column, 1)));

    private static string Describe(string message)
    {
        var text = message.TrimEnd('.', ' ');
        return text.Length == 0 ? "unexpected text" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>The parser blames the start of the collection for a tab in the indentation; a person looks for the tab.</summary>
    private Place? TabAfter(Place place, string message)
    {
        if (!message.Contains("tab", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var line = document.FirstLine - 1;
        foreach (var text in document.Text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = text[..(text.Length - text.TrimStart(" \t").Length)];
            if (line >= place.Line && indent.Contains('\t'))
            {
                return new Place(line, indent.IndexOf('\t') + 1);
            }
        }

        return null;
    }

    /// <summary>A collection that is being filled.</summary>
    private sealed class Frame(YamlNode node, string? anchor)
    {
        private YamlScalar? key;
        private HashSet<string>? seen;

        public void End(Anchors? anchors, DocumentProblems problems)
        {
            if (anchors is null)
            {
                return;
            }

            if (node is YamlMapping mapping)
            {
                anchors.Merge(mapping, problems);
            }

            if (anchor is not null)
            {
                anchors.Name(anchor, node);
            }
        }

        public bool Add(YamlNode child, bool merges, DocumentProblems problems)
        {
            if (node is YamlSequence list)
            {
                list.Items.Add(child);
                return true;
            }

            var mapping = (YamlMapping)node;
            if (key is null)
            {
                key = child as YamlScalar;
                return key is not null ? CheckKey(mapping, key, merges, problems) : NoKey(child, problems);
            }

            mapping.Entries.Add(new YamlEntry(key, child));
            key = null;
            return true;
        }

        private static bool NoKey(YamlNode child, DocumentProblems problems)
        {
            problems.Add(child.Place, "", "a key must be a text; quote one that starts with { or [");
            return false;
        }

        private bool CheckKey(YamlMapping mapping, YamlScalar name, bool merges, DocumentProblems problems)
        {
            if (name.Value.Length > MaxKeyLength)
            {
                problems.Add(name.Place, "", $"a key is longer than {MaxKeyLength} characters");
                return false;
            }

            seen ??= new HashSet<string>(StringComparer.Ordinal);
            if (!seen.Add(name.Value))
            {
                if (problems.IsFull)
                {
                    return false;
                }

                var first = mapping.Entries.First(e => e.Key.Value == name.Value).Key.Place;
                problems.Add(name.Place, "", $"the key \"{name.Value}\" occurs twice, first on line {first.Line}: remove one of them");
            }
            else if (!merges && name is { Value: "<<", Kind: PlainKind.Text })
            {
                problems.Add(name.Place, "", "merge keys (<<) are not supported in manifests: write the fields out");
            }

            return true;
        }
    }
}
