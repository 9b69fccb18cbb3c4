using System.Text.Json;
using Tidegate.Values;

namespace Tidegate.Cli;

/// <summary>Prints what <c>check</c> found.</summary>
internal static class CheckText
{
    /// <param name="resources">How many resources the folder declares; null when no folder was checked.</param>
    public static void Print(CheckFormat format, IReadOnlyList<Problem> errors, IReadOnlyList<Problem> warnings, int? resources)
    {
        switch (format)
        {
            case CheckFormat.Json:
                PrintJson(errors, warnings);
                break;
            case CheckFormat.Github:
                Annotate("error", errors);
                Annotate("warning", warnings);
                break;
            default:
                Console.Error.Write(string.Concat(warnings.Select(w => $"warning: {Printable.Line(w.ToString())}\n")));
                Console.Error.Write(string.Concat(errors.Select(e => $"error: {Printable.Line(e.ToString())}\n")));
                break;
        }

        if (errors.Count == 0 && format == CheckFormat.Text)
        {
            Console.Out.WriteLine(resources is { } count ? $"no errors in {count} resources" : "no errors");
        }
    }

    private static void PrintJson(IReadOnlyList<Problem> errors, IReadOnlyList<Problem> warnings)
    {
        using var stream = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            Write(json, "errors", errors);
            Write(json, "warnings", warnings);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Problem> problems)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("field", problem.Field);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Workflow commands: a percent sign and line ends are escaped, and in properties also colon and comma.</summary>
    private static void Annotate(string level, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
        {
            var message = problem.Field.Length == 0 ? problem.Message : $"{problem.Field}: {problem.Message}";
            Console.Out.WriteLine(
                $"::{level} file={Property(problem.File)},line={Math.Max(problem.Line, 1)},col={Math.Max(problem.Column, 1)}::{Data(message)}");
        }
    }

    private static string Data(string text) => Printable.Lines(text.Replace("\r", "\n", StringComparison.Ordinal)).Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
