using Tidegate.EndToEndTests.Kubectl;

namespace Tidegate.EndToEndTests.Manual;

/// <summary>What <c>tidegate generate-docs</c> writes, once for all tests.</summary>
public sealed class GeneratedDocs : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("tidegate-docs-").FullName;

    public async Task InitializeAsync() => await GenerateAsync(Folder);

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Writes everything, on a host that is set up as the environment says.</summary>
    public static async Task GenerateAsync(string folder, params (string Name, string Value)[] environment)
    {
        var run = new ProgramRun(Path.Combine(AppContext.BaseDirectory, "tidegate"), ["generate-docs", "--output", folder])
        {
            Environment = environment.Append(("SOURCE_DATE_EPOCH", "1795392000")).ToDictionary(e => e.Item1, e => e.Item2),
        };
        var result = await run.RunAsync(CancellationToken.None);
        (result.ExitCode, result.All).ShouldBe((0, ""));
    }
}
