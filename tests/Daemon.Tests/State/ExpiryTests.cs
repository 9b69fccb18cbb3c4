using System.Globalization;
using Tidegate.State;
using Tidegate.Tests.Kubernetes;

namespace Tidegate.Tests.State;

/// <summary>What time removes and brings back, and when a state is to be built again for it.</summary>
public sealed class ExpiryTests
{
    private const string Cases = "State/expiry.cases";

    public static TheoryData<string> Names() => CaseFile.Names(Cases);

    public static IEnumerable<object[]> Validities() => CaseTable.Read("State/validity.tsv", 4);

    [Theory]
    [MemberData(nameof(Names))]
    public void Time_removes_what_has_ended_and_a_clock_that_is_set_back_brings_it_back(string name)
    {
        var (_, input, expected) = CaseFile.Get(Cases, name);
        var kubeconfig = SampleKubeconfig.Base64(SampleKubeconfig.Token("t"));
        var state = DesiredState.Empty;
        var told = new List<string>();
        foreach (var pass in input.Replace("{ONE}", kubeconfig, StringComparison.Ordinal).Split(">>> ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = pass.IndexOf('\n', StringComparison.Ordinal);
            var now = DateTimeOffset.Parse(pass[..end], CultureInfo.InvariantCulture);
            state = DesiredStateBuilder.Build(null, [StateFixture.File("m.yaml", pass[(end + 1)..])], state, StateFixture.Everything, now);
            told.Add(Told(state));
        }

        told.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Validities))]
    public void A_state_is_good_from_what_ended_last_to_what_ends_next(string from, string until, string now, string isValid) =>
        new DesiredState { ValidFrom = Hour(from), NextExpiry = Hour(until) }.IsValidAt(Hour(now)!.Value).ShouldBe(isValid == "yes");

    private static DateTimeOffset? Hour(string hour) => hour.Length == 0 ? null : StateFixture.Now.AddHours(int.Parse(hour, CultureInfo.InvariantCulture));

    private static string Told(DesiredState state)
    {
        IEnumerable<string> names =
        [
            .. state.Clusters.Keys.Select(c => $"kube_cluster/{c}"), .. state.Locks.Keys.Select(l => $"lock/{l}"), .. state.Connectors.Keys.Select(m => $"mtls/{m}"),
            .. state.Roles.Keys.Select(r => $"role/{r}"), .. state.Users.Keys.Select(u => $"user/{u}"),
        ];
        return string.Join(' ', [.. names.Order(StringComparer.Ordinal), $"from {Time(state.ValidFrom)} until {Time(state.NextExpiry)}"]);
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
}
