using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Configuration;

/// <summary>Collects what is wrong with one file, so that a person sees all of it at once.</summary>
internal sealed class ProblemList(string file, FieldCatalog? catalog = null)
{
    private readonly List<Problem> errors = [];
    private readonly List<Problem> warnings = [];
    private readonly List<FileReference> files = [];

    /// <summary>Is told what is read, when somebody wants to know.</summary>
    public FieldCatalog? Catalog => catalog;

    public bool HasErrors => errors.Count > 0;

    public void Error(YamlPlace place, string field, string message) => errors.Add(new(file, place.Line, place.Column, field, message));

    public void Warning(YamlPlace place, string field, string message) => warnings.Add(new(file, place.Line, place.Column, field, message));

    /// <summary>Remembers a path for the check of the file system.</summary>
    public void Refer(string path, FileReferenceKind kind, YamlPlace place, string field) =>
        files.Add(new(path, kind, file, place.Line, place.Column, field));

    public EquatableList<FileReference> Files => files.ToEquatableList();

    /// <param name="configuration">What was read; dropped when there are errors.</param>
    public ConfigurationResult Result(TidegateConfiguration? configuration) =>
        new(HasErrors ? null : configuration, InOrder(errors), InOrder(warnings));

    private static List<Problem> InOrder(List<Problem> problems) => [.. problems.OrderBy(p => p.Line).ThenBy(p => p.Column)];
}
