using Tidegate.Values;

namespace Tidegate.Yaml;

/// <summary>What is wrong with one document, in the order found. Stops listing after a limit: a broken file may hold thousands of errors.</summary>
/// <param name="file">Path as the person knows it.</param>
internal sealed class DocumentProblems(string file, FieldCatalog? catalog = null)
{
    private const int Limit = 50;

    private readonly List<Problem> found = [];
    private readonly List<Problem> warnings = [];

    /// <summary>Is told what is read, when somebody wants to know.</summary>
    public FieldCatalog? Catalog => catalog;

    public IReadOnlyList<Problem> Found => found;

    /// <summary>What is odd about a document that is valid all the same; no part of <see cref="Found"/>.</summary>
    public IReadOnlyList<Problem> Warnings => warnings;

    public bool Any => found.Count > 0;

    /// <summary>Whether further problems are dropped, so that nobody need work them out.</summary>
    public bool IsFull => found.Count >= Limit;

    public void Add(Place place, string field, string message)
    {
        if (!IsFull)
        {
            found.Add(new Problem(file, place.Line, place.Column, field, message));
        }
    }

    /// <summary>Takes over what another list holds, in the name of this one's file.</summary>
    public void AddAll(DocumentProblems other)
    {
        foreach (var problem in other.Found)
        {
            Add(new Place(problem.Line, problem.Column), problem.Field, problem.Message);
        }
    }

    public void Warn(Place place, string field, string message)
    {
        if (warnings.Count < Limit)
        {
            warnings.Add(new Problem(file, place.Line, place.Column, field, message) { IsWarning = true });
        }
    }
}
