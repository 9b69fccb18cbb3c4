namespace Tidegate.Yaml;

/// <summary>
/// The anchors of one document, and what merge keys bring in. An alias is the very node that it names, so a small file stays small however often it names
/// something; only merging copies, and that is bounded.
/// </summary>
internal sealed class Anchors
{
    /// <summary>The most fields that merge keys may bring in, in all.</summary>
    public const int MostMerged = 10_000;

    private const string MergeKey = "<<";

    private readonly Dictionary<string, YamlNode> nodes = new(StringComparer.Ordinal);
    private int merged;

    /// <summary>Names a node that has been read to its end; a name that is given again means the later node from then on.</summary>
    public void Name(string anchor, YamlNode node) => nodes[anchor] = node;

    /// <returns>Null when nothing has that name yet: an alias comes after what it names and is no part of it.</returns>
    public YamlNode? Find(string anchor) => nodes.GetValueOrDefault(anchor);

    public static bool IsMergeKey(YamlScalar key) => key is { Value: MergeKey, Kind: PlainKind.Text, IsPlain: true };

    /// <summary>Puts in the place of a merge key the fields of the mappings that it names; the mapping's own win, then those of the mapping that is named first.</summary>
    /// <param name="mapping">Read to its end.</param>
    public void Merge(YamlMapping mapping, DocumentProblems problems)
    {
        var sources = mapping.Entries.Where(e => IsMergeKey(e.Key)).ToList();
        if (sources.Count == 0)
        {
            return;
        }

        mapping.Entries.RemoveAll(e => IsMergeKey(e.Key));
        var present = mapping.Entries.Select(e => e.Key.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, source) in sources)
        {
            foreach (var one in source is YamlSequence list ? list.Items : [source])
            {
                if (one is not YamlMapping from)
                {
                    problems.Add(key.Place, "", "a merge key (<<) takes an alias of a mapping, or a list of such aliases");
                    continue;
                }

                if (!Merge(from, mapping, present))
                {
                    problems.Add(key.Place, "", $"merge keys (<<) bring in more than {MostMerged} fields: write them out");
                    return;
                }
            }
        }
    }

    private bool Merge(YamlMapping from, YamlMapping into, HashSet<string> present)
    {
        foreach (var entry in from.Entries)
        {
            if (++merged > MostMerged)
            {
                return false;
            }

            if (present.Add(entry.Key.Value))
            {
                into.Entries.Add(entry);
            }
        }

        return true;
    }
}
