using System.Diagnostics;

namespace Tidegate.Tests.Git;

/// <summary>A directory that holds a real repository made with the git command, and room for a mirror beside it.</summary>
internal sealed class ScratchRepository : IDisposable
{
    public ScratchRepository(params string[] initArguments)
    {
        Root = Directory.CreateTempSubdirectory("tidegate-git-").FullName;
        Work = Path.Combine(Root, "work");
        Directory.CreateDirectory(Work);
        Git(["init", "-q", "-b", "main", .. initArguments]);
    }

    public string Root { get; }

    /// <summary>The work tree.</summary>
    public string Work { get; }

    /// <summary>Where a test may have its mirror.</summary>
    public string Mirror => Path.Combine(Root, "mirror.git");

    public string Head => Git("rev-parse", "HEAD").Trim();

    public void Write(string path, string text)
    {
        var full = Path.Combine(Work, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Writes one file, commits everything and answers the commit's id.</summary>
    public string Commit(string path, string text, string message = "Change")
    {
        Write(path, text);
        return CommitAll(message);
    }

    public string CommitAll(string message = "Change")
    {
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", message);
        return Head;
    }

    public string Git(params string[] arguments) => RunGit(Work, null, arguments);

    public static string RunGit(string directory, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "protocol.file.allow=always", "-c", "gc.auto=0", .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new[]
                 {
                     ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.com"),
                     ("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.com"),
                 })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode is 0 or 1 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error.Result}");
    }

    /// <summary>Runs a script in the work tree.</summary>
    public void Run(string script) => Run("bash", "-c", $"set -e; cd '{Work}'; {script}");

    /// <summary>Runs a command that must succeed.</summary>
    public static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(file, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{file} {string.Join(' ', arguments)}");
    }

    /// <summary>.NET cannot delete what is not named in UTF-8.</summary>
    public void Dispose() => Run("rm", "-rf", Root);
}
