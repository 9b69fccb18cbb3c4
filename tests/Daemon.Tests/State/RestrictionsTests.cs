using System.Text;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.State;

/// <summary>What becomes of locks and deny rules whose file is moved, broken or hidden in one commit: nobody gets in by it. Nobody stays by it either.</summary>
public sealed class RestrictionsTests
{
    private const string Cases = "State/restrictions.cases";
    private const string Told = "State/restrictions-told.cases";

    public static TheoryData<string> Names() => CaseFile.Names(Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_restriction_goes_with_no_commit_that_cannot_be_read(string name)
    {
        var (_, input, expected) = CaseFile.Get(Cases, name);
        var state = DesiredState.Empty;
        var told = new List<string>();
        foreach (var commit in input.Split(">>>\n"))
        {
            state = StateFixture.Build(state, Files(commit));
            told.Add(InForce(state));
            state.Problems.Where(p => p.Message.Contains("it may be what became of it", StringComparison.Ordinal)).ShouldAllBe(p => p.KeepsLastGood && p.Resource != null && !p.IsWarning);
        }

        told.ShouldBe(expected);
    }

    public static TheoryData<string> Sayings() => CaseFile.Names(Told);

    [Theory]
    [MemberData(nameof(Sayings))]
    public void It_is_said_which_restriction_stays_and_because_of_which_file(string name)
    {
        var (_, input, expected) = CaseFile.Get(Told, name);
        var commits = input.Split(">>>\n");

        var after = StateFixture.Build(StateFixture.Build(Files(commits[0])), Files(commits[1]));

        var said = after.Problems.Where(p => p.Message.Contains("it may be what became of it", StringComparison.Ordinal)).ToList();
        said.Select(p => $"{p.Resource}: {p}").ShouldBe(expected);
        said.ShouldAllBe(p => p.KeepsLastGood && !p.IsWarning);
        after.Kept.Select(k => k.ToString()).Order(StringComparer.Ordinal).ShouldBe(said.Select(p => p.Resource!).Order(StringComparer.Ordinal));
    }

    private static FileResources[] Files(string commit) =>
    [
        .. commit.Split("@@", StringSplitOptions.RemoveEmptyEntries).Select(text =>
        {
            var (head, body) = (text.Split('\n')[0], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            return head[0] == '!'
                ? new FileResources(head[1..].Trim(), [], [new Problem(head[1..].Trim(), 0, 0, "", "is not read")]) { Unattributed = [PartialIdentity.Nothing] }
                : Tidegate.Manifests.ManifestReader.Read(head.Trim(), Encoding.UTF8.GetBytes(body), "rev");
        }),
    ];

    private static string InForce(DesiredState state) => string.Join(
        ' ',
        state.Locks.Keys.Select(l => $"lock/{l}")
            .Concat(state.Users.Keys.Select(u => $"user/{u}"))
            .Concat(state.Roles.Values.Select(r => $"role/{r.Name}{(Restrictions.IsAll(r) ? "-" : "")}"))
            .Order(StringComparer.Ordinal));
}
