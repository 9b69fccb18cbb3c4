using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>What <c>kubectl auth can-i</c> is answered, as the table says.</summary>
public sealed class ReviewTableTests
{
    private static readonly (DesiredState State, IReadOnlyList<(int Line, string[] Cells)> Cases) Table =
        ObjectTable.ReadCases(Path.Combine(AppContext.BaseDirectory, "Access/reviews.cases"), columns: 7);

    public static IEnumerable<object[]> Cases() => Table.Cases.Select(c => new object[] { c.Line, c.Cells });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_the_table_says(int line, string[] cells)
    {
        var what = $"line {line}: {string.Join(' ', cells)}";
        var answer = ObjectTable.Policy(Table.State).Review(Question(cells[0], cells[1].Split(' ')), DateTimeOffset.UnixEpoch);

        (answer is AccessAllowed ? "yes" : "no").ShouldBe(cells[2], $"{what}; {answer.Explanation}");
        (answer.Rule is { } rule ? $"{answer.Role}:{rule.Line}" : "-").ShouldBe(cells[3], what);
        (answer is AccessAllowed { Principal.Groups: var groups } ? string.Join('+', groups) : "-").ShouldBe(cells[4], what);
        answer.Explanation.ShouldContain(cells[5] == "-" ? "" : cells[5], Case.Sensitive, what);
    }

    private static AccessQuestion Question(string person, string[] words)
    {
        var (verb, asked) = (words[0], words[1]);
        var rest = words[2..].Where(w => !w.Contains('=', StringComparison.Ordinal)).ToList();
        var place = rest is ["-n", var given, ..] ? given : "";
        var request = asked[0] == '/'
            ? new RequestInfo { Verb = verb, IsResourceRequest = false, Path = asked }
            : new RequestInfo
            {
                Verb = verb,
                IsResourceRequest = true,
                Path = "",
                ApiGroup = Cut(Cut(asked, '/').Before, '.').Behind,
                Namespace = place,
                Resource = Cut(Cut(asked, '/').Before, '.').Before,
                Subresource = Cut(asked, '/').Behind,
                Name = (place.Length > 0 ? rest.Skip(2) : rest).FirstOrDefault() ?? "",
            };
        return new(AccessWorld.Identity(person), ObjectTable.Cluster, ObjectTable.Labels, request, new([.. Options("as=")], [.. Options("as-group=")], []))
        {
            Scope = ObjectTableTests.ScopeOf(request.ApiGroup, request.Resource),
        };

        IEnumerable<string> Options(string name) => words.Where(w => w.StartsWith(name, StringComparison.Ordinal)).Select(w => w[name.Length..]);
    }

    private static (string Before, string Behind) Cut(string text, char at) => text.Split(at, 2) is [var before, var behind] ? (before, behind) : (text, "");
}
