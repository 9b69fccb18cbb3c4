namespace Tidegate.Tests.Kubernetes;

/// <summary>A directory of the host with kubeconfigs and what they name.</summary>
internal sealed class KubeconfigFolder : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("tidegate-kubeconfig-").FullName;

    public string PathOf(params string[] names) => Path.Combine([root, .. names]);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
