using System.Diagnostics;

namespace Tidegate.Benchmarks.Programs;

/// <summary>A bare repository that a gate watches, and a work tree to commit from.</summary>
internal sealed class Repository
{
    private readonly string workTree;

    public Repository(string folder)
    {
        Folder = folder;
        Bare = Path.Combine(folder, "git", "clusters.git");
        workTree = Path.Combine(folder, "clusters");
        Directory.CreateDirectory(workTree);
        Directory.CreateDirectory(Path.Combine(folder, "git"));
        Git("init", "-q", "--bare", "-b", "main", Bare);
        Git("init", "-q", "-b", "main", workTree);
        Git("-C", workTree, "remote", "add", "origin", Bare);
        Git("-C", workTree, "config", "user.name", "Ada");
        Git("-C", workTree, "config", "user.email", "ada@example.com");
        Git("-C", workTree, "config", "gc.auto", "0");
    }

    /// <summary>The repository is in a folder of its own below it, since the gate watches that for changes.</summary>
    public string Folder { get; }

    public string Bare { get; }

    public string SocketPath => Path.Combine(Folder, "data", "admin.sock");

    public void Put(string file, string content)
    {
        var path = Path.Combine(workTree, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <returns>The commit's id.</returns>
    public string Push(string subject)
    {
        Git("-C", workTree, "add", "-A");
        Git("-C", workTree, "commit", "-q", "-m", subject);
        Git("-C", workTree, "push", "-q", "origin", "HEAD:main");
        return Git("-C", workTree, "rev-parse", "HEAD").Trim();
    }

    private static string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {arguments[0]} failed: {error.Result}");
    }
}
