using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>Checks texts of a role that are filled in for each person, as far as that can be done without one.</summary>
internal static class TemplateCheck
{
    /// <summary>A text that may hold a template.</summary>
    /// <returns>Null when it is wrong, which is then noted.</returns>
    public static TraitTemplate? Text(string text, Place place, string path, DocumentProblems problems)
    {
        var template = TraitTemplate.Parse(text, out var error);
        if (template is null)
        {
            problems.Add(place, path, $"the template is not valid: {error}");
        }

        return template;
    }

    /// <summary>A pattern that may hold a template. What a template makes of a pattern is known only for a person.</summary>
    public static void Pattern(string text, Place place, string path, DocumentProblems problems)
    {
        if (Text(text, place, path, problems) is { IsLiteral: true })
        {
            Literal(text, place, path, problems);
        }
    }

    /// <summary>A pattern that may hold no template.</summary>
    /// <returns>Null when it is wrong, which is then noted.</returns>
    public static LabelPattern? Literal(string text, Place place, string path, DocumentProblems problems)
    {
        var pattern = LabelPattern.Compile(text, out var error);
        if (pattern is null)
        {
            problems.Add(place, path, $"the expression is not valid: {error}");
        }

        return pattern;
    }
}
