namespace Tidegate.Tests;

/// <summary>
/// Reads case tables whose input has several lines: <c>== name</c>, the input, then <c>=> expected</c> lines.
/// </summary>
internal sealed record CaseFile(string Name, string Input, IReadOnlyList<string> Expected)
{
    /// <param name="path">Relative to the test project, such as <c>Manifests/bad.cases</c>.</param>
    public static IReadOnlyList<CaseFile> Read(string path)
    {
        var cases = new List<CaseFile>();
        string? name = null;
        var input = new List<string>();
        var expected = new List<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, path)).Append("== "))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                if (name is not null)
                {
                    cases.Add(new CaseFile(name, string.Join('\n', input) + "\n", [.. expected]));
                }

                name = line[3..];
                input.Clear();
                expected.Clear();
            }
            else if (line.StartsWith("=> ", StringComparison.Ordinal))
            {
                expected.Add(line[3..]);
            }
            else if (name is not null)
            {
                input.Add(line);
            }
        }

        return cases;
    }

    /// <summary>The names, as rows of a theory.</summary>
    public static TheoryData<string> Names(string path)
    {
        var names = Read(path).Select(c => c.Name).ToList();
        names.Distinct().Count().ShouldBe(names.Count, "two cases have one name");
        return [.. names];
    }

    public static CaseFile Get(string path, string name) => Read(path).Single(c => c.Name == name);
}
