namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>
/// The results of the matrix as tab-separated lines: target, operation, kubectl version, transport, result, milliseconds. Written
/// to the file that <c>TIDEGATE_MATRIX_OUT</c> names, with a first line of names; nowhere if it is not set.
/// </summary>
internal sealed class MatrixReport
{
    private static readonly Lock Writing = new();

    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public void Add(string target, KubectlOperation operation, KubectlBuild build, Transport transport, bool passed, TimeSpan time)
    {
        lock (gate)
        {
            lines.Add($"{target}\t{operation.Name}\t1.{build.Minor}\t{transport}\t{(passed ? "passed" : "failed")}\t{(long)time.TotalMilliseconds}");
        }
    }

    public void Write()
    {
        if (Environment.GetEnvironmentVariable("TIDEGATE_MATRIX_OUT") is not { Length: > 0 } path)
        {
            return;
        }

        lock (Writing)
        {
            if (!File.Exists(path))
            {
                File.WriteAllText(path, "target\toperation\tkubectl\ttransport\tresult\tmilliseconds\n");
            }

            lock (gate)
            {
                File.AppendAllLines(path, lines);
            }
        }
    }
}
