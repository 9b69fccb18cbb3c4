using System.Text.Json.Nodes;

namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>The gate's audit file, and the manifest whose lines its records name.</summary>
/// <param name="Manifest">The name of the manifest in the repository.</param>
/// <param name="Lines">The manifest's lines.</param>
/// <param name="Commit">The commit that is in force.</param>
internal sealed record AuditFile(string Path, string Manifest, IReadOnlyList<string> Lines, string Commit)
{
    public long Length => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Waits for a record of a person's request with one kubectl, and demands that it names what decided it.</summary>
    /// <param name="from">Where in the file to begin.</param>
    /// <param name="wanted">Decision, verb, kind, and the role or <c>-</c>.</param>
    public async Task RequireAsync(long from, string person, int minor, string[] wanted, CancellationToken cancellationToken)
    {
        if (wanted is not [var decision, var verb, var kind, var role])
        {
            throw new InvalidDataException("record DECISION VERB KIND ROLE");
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        JsonNode? record;
        do
        {
            record = Since(from).FirstOrDefault(r =>
                (string?)r["user"] == person
                && ((string?)r["user_agent"])?.StartsWith($"kubectl/v1.{minor}.", StringComparison.Ordinal) == true
                && (string?)r["decision"] == decision
                && (string?)r["kubernetes_verb"] == verb
                && (string?)r["resource_kind"] == kind);
        }
        while (record is null && await timer.WaitForNextTickAsync(cancellationToken));

        string text = record!.ToJsonString();
        ((string?)record["revision"]).ShouldBe(Commit, text);
        if (role == "-")
        {
            record["role"].ShouldBeNull(text);
            record["rule"].ShouldBeNull(text);
            return;
        }

        ((string?)record["role"]).ShouldBe(role, text);
        ((string?)record["rule_revision"]).ShouldBe(Commit, text);
        string[] rule = ((string?)record["rule"]).ShouldNotBeNull(text).Split(':');
        rule[0].ShouldBe(Manifest, text);
        string line = Lines[int.Parse(rule[1], System.Globalization.CultureInfo.InvariantCulture) - 1];
        string[] kinds = [$"kind: {kind.Split('/')[0]},", "kind: '*',"];
        kinds.ShouldContain(k => line.Contains(k, StringComparison.Ordinal), $"{line} in {text}");
    }

    /// <summary>The whole lines after a place; the last one may be on its way.</summary>
    private List<JsonNode> Since(long from)
    {
        using FileStream file = new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(from, SeekOrigin.Begin);
        using StreamReader reader = new(file);
        string text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }
}
