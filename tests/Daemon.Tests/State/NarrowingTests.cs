using Tidegate.State;
using Tidegate.Tests.Kubernetes;

namespace Tidegate.Tests.State;

/// <summary>With which locks an older state is at least as strict as a newer one.</summary>
public sealed class NarrowingTests
{
    private const string Cases = "State/narrowing.cases";

    public static TheoryData<string> Names() => CaseFile.Names(Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_may_be_less_than_before_is_locked(string name)
    {
        var (_, input, expected) = CaseFile.Get(Cases, name);
        var sides = input.Replace("{ONE}", SampleKubeconfig.Base64(SampleKubeconfig.Token("t")), StringComparison.Ordinal).Split(">>>\n");
        var (before, after) = (StateFixture.Build(StateFixture.File("f", sides[0])), StateFixture.Build(StateFixture.File("f", sides[1])));
        before.Problems.Concat(after.Problems).Where(p => !p.IsWarning).ShouldBeEmpty();

        var narrowing = Narrowing.Between(before, after);

        (narrowing.RefusesAll ? ["*"] : narrowing.Locks.Select(Told)).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
        narrowing.IsEmpty.ShouldBe(expected.Count == 0);
        narrowing.Over(before).ShouldBe(narrowing.RefusesAll ? Narrowing.All.Over(before) : narrowing.Locks);
    }

    [Fact]
    public void What_stood_in_before_goes_on_to_until_git_has_answered()
    {
        var state = StateFixture.Build(StateFixture.File("f", StateFixture.User("bob")));
        var standIn = StateFixture.Build(StateFixture.File("f", StateFixture.Lock("l", "bob"))).Locks["l"];

        Narrowing.Between(state, state with { Unstored = [standIn] }).Locks.ShouldBe([standIn]);
    }

    [Fact]
    public void To_refuse_all_is_a_lock_on_every_cluster()
    {
        var state = StateFixture.Build(StateFixture.File("f", StateFixture.Cluster("a"), StateFixture.Cluster("b")));

        Narrowing.All.Over(state).Select(l => l.Target.KubeCluster).Order().ShouldBe(["a", "b"]);
        Narrowing.None.Over(state).ShouldBeEmpty();
        (Narrowing.All.IsEmpty, Narrowing.None.IsEmpty).ShouldBe((false, true));
    }

    private static string Told(Tidegate.State.Lock held) => held.Target switch
    {
        { User: { } user } => $"user/{user}",
        { Role: { } role } => $"role/{role}",
        var other => $"cluster/{other.KubeCluster}",
    } + (held.Name == "not-stored" || held.Message.Length == 0 ? "" : $" {held.Message} until {held.Expires!.Value.Year}");
}
