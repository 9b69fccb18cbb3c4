namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>
/// A table of cases in a text file beside the tests. <c># </c> begins a case with its name; each following line is a mark of one character,
/// a space and a text. What the marks mean is up to the test; lines that begin with <c>; </c> are remarks.
/// </summary>
public static class CaseFile
{
    public static IReadOnlyDictionary<string, CaseEntry> Read(string path)
    {
        var cases = new Dictionary<string, CaseEntry>(StringComparer.Ordinal);
        CaseEntry? current = null;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, path)))
        {
            if (line.Length == 0 || line[0] == ';')
            {
                continue;
            }

            if (line[0] == '#')
            {
                current = new(line[2..], []);
                cases.Add(current.Name, current);
                continue;
            }

            current.ShouldNotBeNull().Lines.Add((line[0], line.Length > 2 ? line[2..] : ""));
        }

        return cases;
    }

    public static TheoryData<string> Names(IReadOnlyDictionary<string, CaseEntry> cases) => new(cases.Keys);
}

/// <summary>One case: its name and its marked lines in order.</summary>
public sealed record CaseEntry(string Name, List<(char Mark, string Text)> Lines)
{
    public IReadOnlyList<string> All(char mark) => [.. Lines.Where(l => l.Mark == mark).Select(l => l.Text)];

    public string One(char mark) => All(mark).ShouldHaveSingleItem($"case '{Name}' needs one line marked {mark}");
}
