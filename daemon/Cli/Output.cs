using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tidegate.Api;
using Tidegate.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tidegate.Cli;

/// <summary>Prints values as text, JSON or YAML.</summary>
internal static class Output
{
    /// <summary>Prints a value; <paramref name="text"/> is called only for text.</summary>
    public static void Print<T>(OutputFormat format, T value, JsonTypeInfo<T> type, Action<TextWriter> text)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Console.Out.WriteLine(JsonSerializer.Serialize(value, type));
                break;
            case OutputFormat.Yaml:
                PrintYaml([JsonSerializer.SerializeToNode(value, type)]);
                break;
            default:
                text(new LineWriter(Console.Out));
                break;
        }
    }

    /// <summary>Prints each node as a document of its own.</summary>
    public static void PrintYaml(IEnumerable<JsonNode?> documents) => PrintYaml(Console.Out, documents);

    /// <summary>Prints each node as a document of its own.</summary>
    public static void PrintYaml(TextWriter to, IEnumerable<JsonNode?> documents)
    {
        var emitter = new Emitter(new YamlWriter(to), new EmitterSettings().WithIndentedSequences());
        emitter.Emit(new StreamStart());
        var first = true;
        foreach (var document in documents)
        {
            emitter.Emit(new DocumentStart(null, null, isImplicit: first));
            Emit(emitter, document);
            emitter.Emit(new DocumentEnd(isImplicit: true));
            first = false;
        }

        emitter.Emit(new StreamEnd());
    }

    /// <summary>A table with aligned columns, two spaces between them, as kubectl prints them.</summary>
    public static void PrintTable(TextWriter to, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(headings).Select(r => r.Select(Printable.Line).ToList()).ToList();
        var widths = headings.Select((_, column) => all.Max(r => r[column].Length)).ToList();
        foreach (var row in all)
        {
            to.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>One line for each problem, in the form that editors understand.</summary>
    public static void PrintProblems(TextWriter to, IReadOnlyList<ProblemView> problems)
    {
        foreach (var problem in problems)
        {
            to.WriteLine($"  {Place(problem)}: {(problem.Field.Length > 0 ? problem.Field + ": " : "")}{problem.Message}"
                + (problem.KeepsLastGood ? " (its last good version stays in force)" : ""));
        }
    }

    private static string Place(ProblemView problem) => (problem.Line, problem.Column) switch
    {
        (0, _) => problem.File,
        (_, 0) => $"{problem.File}:{problem.Line}",
        _ => $"{problem.File}:{problem.Line}:{problem.Column}",
    };

    private static void Emit(IEmitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(null, null, true, mapping.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in mapping)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray sequence:
                emitter.Emit(new SequenceStart(null, null, true, sequence.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in sequence)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Text(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    /// <summary>Quoted where a YAML reader would otherwise take the text for something else.</summary>
    private static Scalar Text(string text) => new(
        null, null, text, LooksLikeText(text) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, isPlainImplicit: true, isQuotedImplicit: true);

    private static bool LooksLikeText(string text) =>
        text.Length > 0 && Printable.Lines(text) == text && (char.IsAsciiLetter(text[0]) || text[0] == '/')
        && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "NULL" or "Y" or "N");
}
