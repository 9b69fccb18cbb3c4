using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>A file of client authorities that changes is noticed, whether it is written anew or a link on the way to it leads elsewhere.</summary>
[Collection(Undisturbed.Name)]
public sealed class AuthorityFileTests : IAsyncLifetime
{
    private ClientAuthorityScene scene = null!;

    public async Task InitializeAsync() => scene = await ClientAuthorityScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_file_that_changes_on_disk_is_noticed_by_the_watch_of_it()
    {
        await using var client = await scene.OpenAsync("watch");
        using var stop = new CancellationTokenSource();
        var watching = scene.Gate.Tls.WatchAsync(TimeProvider.System, stop.Token);

        scene.Gate.Write("client-ca.pem", scene.Second.Pem);

        (await client.ReadChunkAsync()).ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task A_file_behind_a_link_to_a_folder_that_is_exchanged_is_noticed()
    {
        foreach (var (folder, authority) in new[] { ("one", scene.Gate.Clients), ("two", scene.Second) })
        {
            Directory.CreateDirectory(scene.Gate.PathOf(folder));
            scene.Gate.Write(Path.Combine(folder, "ca.pem"), authority.Pem);
            File.SetLastWriteTimeUtc(scene.Gate.PathOf(Path.Combine(folder, "ca.pem")), DateTime.UnixEpoch);
        }

        Directory.CreateSymbolicLink(scene.Gate.PathOf("data"), "one");
        File.CreateSymbolicLink(scene.Gate.PathOf("linked-ca.pem"), Path.Combine("data", "ca.pem"));
        scene.Gate.Tls.Reconfigure(new([new(scene.Gate.PathOf("server.crt"), scene.Gate.PathOf("server.key"))], scene.Gate.PathOf("linked-ca.pem")));
        await using var client = await scene.OpenAsync("watch");

        Directory.Delete(scene.Gate.PathOf("data"));
        Directory.CreateSymbolicLink(scene.Gate.PathOf("data"), "two");
        scene.Gate.Tls.ReloadIfChanged();

        (await client.ReadChunkAsync()).ShouldBeEmpty();
    }
}
