using System.Text;
using Tidegate.Access;
using Tidegate.Api;
using Tidegate.Cli;
using Tidegate.Comparison;
using Tidegate.Explain;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Sync;
using Tidegate.Tests.Kubernetes;
using Tidegate.Tests.State;

namespace Tidegate.Tests.Explain;

/// <summary>
/// A prepared commit: all manifests before and after it, between them a line <c>=== after</c>, and the plan that is to be printed for it. The gate registers clusters
/// whose label <c>env</c> is dev, test or prod.
/// </summary>
internal sealed record PlanScene(StatePolicy Before, StatePolicy After, IReadOnlyList<string> Expected)
{
    private const string Folder = "Explain/plans";

    private static readonly BuildOptions Options = new() { Selectors = [StateFixture.Selector("env", "^(dev|test|prod)$")] };

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, Folder), "*.cases").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public static PlanScene Read(string name)
    {
        var written = CaseFile.Read($"{Folder}/{name}").ShouldHaveSingleItem();
        var sides = written.Input.Split("=== after\n");
        sides.Length.ShouldBe(2, $"{name} has no line '=== after'");
        var before = Build(sides[0], "before", DesiredState.Empty);
        return new(Policy(before), Policy(Build(sides[1], "after", before)), written.Expected);
    }

    public AccessComparison Compare() => AccessPlan.Compare(Before, After, StateFixture.Now);

    /// <summary>What the command prints.</summary>
    public IReadOnlyList<string> Printed()
    {
        using var text = new StringWriter { NewLine = "\n" };
        PlanText.Print(text, Views.Of(new PlanPreview(null, Differ.Diff(Before.State, After.State), Before.State, After.State, null), Compare()), null);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private static DesiredState Build(string manifests, string revision, DesiredState previous) => DesiredStateBuilder.Build(
        new(revision, "Ada <ada@example.com>", StateFixture.Now, "s"),
        [ManifestReader.Read("all.yaml", Encoding.UTF8.GetBytes(SampleKubeconfig.Fill(manifests)), revision)],
        previous,
        Options,
        StateFixture.Now);

    private static StatePolicy Policy(DesiredState state) => new(
        state,
        new AccessPolicy(state.Roles, state.Users, state.Connectors.Values, state.Locks.Values, []),
        state.Clusters.ToDictionary(c => c.Key, c => c.Value.Labels, StringComparer.Ordinal));
}
