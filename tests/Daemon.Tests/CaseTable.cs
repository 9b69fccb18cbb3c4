namespace Tidegate.Tests;

/// <summary>
/// A table of cases in a data file: one case a line, cells between tabs, <c>#</c> starts a comment line. In a cell <c>\t</c>, <c>\n</c> and <c>\\</c> stay as they are:
/// what a cell means is its test's business.
/// </summary>
internal static class CaseTable
{
    /// <summary>Reads a table that lies beside the tests.</summary>
    /// <param name="path">Relative to the test project.</param>
    /// <param name="columns">How many cells every line has; a line may leave out empty ones at its end.</param>
    public static IEnumerable<string[]> Read(string path, int columns) => Parse(File.ReadLines(Path.Combine(AppContext.BaseDirectory, path)), path, 1, columns);

    public static IEnumerable<string[]> Parse(IEnumerable<string> lines, string path, int firstLine, int columns)
    {
        var number = firstLine - 1;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var cells = line.Split('\t');
            if (cells.Length > columns)
            {
                throw new InvalidDataException($"{path}:{number} has {cells.Length} cells instead of {columns}");
            }

            yield return [.. cells, .. Enumerable.Repeat("", columns - cells.Length)];
        }
    }
}
