using System.Text.RegularExpressions;
using Tidegate.Yaml;

namespace Tidegate.Manual;

/// <summary>
/// <c>teleport.yaml.example</c>, with the settings that it holds as comments written out: the examples of the page come from there, so that there is one
/// place for them. A comment is a setting when it is a name, a colon and at most a value; prose does not begin so.
/// </summary>
internal sealed partial class ConfigurationExample
{
    private const string FileName = "teleport.yaml.example";

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">The file is no YAML.</exception>
    public ConfigurationExample()
    {
        using var stream = typeof(ConfigurationExample).Assembly.GetManifestResourceStream(FileName)!;
        using var reader = new StreamReader(stream);
        Text = Comment().Replace(reader.ReadToEnd(), "$1$2");
        var problems = new DocumentProblems(FileName);
        if (NodeParser.Parse(new DocumentText(Text, 1), problems) is not YamlMapping root || problems.Any)
        {
            throw new InvalidOperationException(string.Join('\n', problems.Found));
        }

        Collect("", root);
    }

    /// <summary>Every setting written out.</summary>
    public string Text { get; }

    /// <summary>The settings that the file shows, by their paths as a catalogue has them, each as one line of YAML: <c>name: value</c>.</summary>
    public IReadOnlyDictionary<string, string> Values => values;

    private void Collect(string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    var at = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
                    values.TryAdd(at, $"{key.Value}: {Inline(value)}");
                    Collect(at, value);
                }

                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    Collect(path + "[]", item);
                }

                break;
        }
    }

    private static string Inline(YamlNode node) => node switch
    {
        YamlMapping mapping => $"{{ {string.Join(", ", mapping.Entries.Select(e => $"{Inline(e.Key)}: {Inline(e.Value)}"))} }}",
        YamlSequence sequence => $"[{string.Join(", ", sequence.Items.Select(Inline))}]",
        YamlScalar { Kind: PlainKind.Text } text when Plain().IsMatch(text.Value) => text.Value,
        YamlScalar scalar => $"\"{scalar.Value}\"",
        _ => "",
    };

    [GeneratedRegex("^( *)# ([a-z_]+:(?: .*)?)$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    /// <summary>What YAML takes for a text without quotes, also inside brackets.</summary>
    [GeneratedRegex(@"\A(?!(?:yes|no|true|false|on|off|null|y|n)\z)[A-Za-z0-9./^(][A-Za-z0-9./:@^$()|*_-]*\z", RegexOptions.IgnoreCase)]
    private static partial Regex Plain();
}
