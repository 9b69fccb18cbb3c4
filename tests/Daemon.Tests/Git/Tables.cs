namespace Tidegate.Tests.Git;

/// <summary>Case tables beside the tests: one case a line, columns parted by tabs, comments in the first line.</summary>
internal static class Tables
{
    public static TheoryData<string, string, string> Read(string file)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Git", file)).Skip(1))
        {
            var columns = line.Split('\t');
            data.Add(columns[0], columns[1], columns[2]);
        }

        return data;
    }
}
