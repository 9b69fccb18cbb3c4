using Tidegate.EndToEndTests.Kubectl.Restricted;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>
/// What people whose roles are about some objects see and do with real kubectl and helm builds: exactly what the roles give, and readable refusals. Every case
/// runs with every version and transport; the versions run beside each other.
/// </summary>
public sealed class RestrictedTests(RestrictedScene scene) : IClassFixture<RestrictedScene>
{
    public static TheoryData<string> Cases => [.. RestrictedCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_is_right_with_every_kubectl(string name)
    {
        RestrictedCase one = RestrictedCase.All.Single(c => c.Name == name);
        KubectlBuild[] builds = [.. scene.Builds.Where(one.IsFor)];
        builds.ShouldNotBeEmpty();
        await Task.WhenAll(builds.Select(build => RunAsync(one, build)));
    }

    private async Task RunAsync(RestrictedCase one, KubectlBuild build)
    {
        foreach (Transport transport in one.TransportsOf(build))
        {
            await using RestrictedRun run = new(scene, build, transport, one);
            await run.RunAsync();
        }
    }
}
