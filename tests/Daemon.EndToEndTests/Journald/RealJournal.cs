using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>
/// A systemd-journald of the test's own, started by hand. As the instance of a namespace it keeps socket and files in folders that the environment names, so it
/// neither needs systemd nor meets a journal that the host runs. Needs root and Debian's package systemd.
/// </summary>
internal sealed class RealJournal : IDisposable
{
    private const string Program = "/lib/systemd/systemd-journald";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-journal-").FullName;
    private readonly string name = $"tidegate{Guid.NewGuid():N}"[..20];
    private Process? process;

    public RealJournal()
    {
        File.Exists(Program).ShouldBeTrue($"{Program} is missing; install the package systemd");
        Environment.IsPrivilegedProcess.ShouldBeTrue("systemd-journald starts only as root");
        Directory.CreateDirectory(LogFolder);
        Directory.CreateDirectory(RunFolder);
    }

    public string SocketPath => Path.Combine(RunFolder, "socket");

    private string RunFolder => Path.Combine(folder, "run");

    private string LogFolder => Path.Combine(folder, "log");

    /// <summary>
    /// Starts a program as a service of this journal: in a mount namespace where the host's journal is this one, and with a stream of it as standard output.
    /// </summary>
    public string[] Command(string program, params string[] arguments) =>
    [
        "unshare", "--mount", "bash", "-c",
        "mkdir -p /run/systemd/journal && mount --bind \"$1\" /run/systemd/journal && shift && exec systemd-cat --identifier=tidegate \"$@\"",
        "bash", RunFolder, "bash", "-c", "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/2) exec \"$@\"", "bash", program, .. arguments,
    ];

    /// <summary>What <c>journalctl -x</c> prints of the entries that match, with a catalogue beside the host's.</summary>
    public string Explain(string catalog, params string[] matches)
    {
        var root = Path.Combine(folder, "root");
        Directory.CreateDirectory(Path.Combine(root, "usr/lib/systemd/catalog"));
        var database = Directory.CreateDirectory(Path.Combine(root, "var/lib/systemd/catalog")).FullName;
        File.Copy(catalog, Path.Combine(root, "usr/lib/systemd/catalog/tidegate.catalog"), overwrite: true);
        Run("journalctl", "--update-catalog", $"--root={root}");
        return Run(
            "unshare",
            [
                "--mount", "bash", "-c", "mkdir -p /var/lib/systemd/catalog && mount --bind \"$1\" /var/lib/systemd/catalog && shift && exec journalctl \"$@\"",
                "bash", database, "--directory", LogFolder, "--catalog", "--no-pager", "--quiet", .. matches,
            ]);
    }

    /// <summary>Starts it and waits until its socket takes entries.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(Program) { ArgumentList = { name }, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["RUNTIME_DIRECTORY"] = RunFolder;
        start.Environment["LOGS_DIRECTORY"] = LogFolder;
        process = Process.Start(start).ShouldNotBeNull();
        SpinWait.SpinUntil(() => process.HasExited || Entries("MESSAGE=Journal started").Count > 0, Deadline).ShouldBeTrue("the journal does not start");
        process.HasExited.ShouldBeFalse(process.HasExited ? process.StandardError.ReadToEnd() : "");
    }

    /// <summary>Ends it as a restart does; its socket's file goes too.</summary>
    public void Stop()
    {
        if (process is { } running)
        {
            process = null;
            running.Kill();
            running.WaitForExit(Deadline).ShouldBeTrue();
            running.Dispose();
            File.Delete(SocketPath);
        }
    }

    /// <summary>Keeps it from running, with its socket open.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>The entries that match, once there are at least <paramref name="count"/> of them.</summary>
    public IReadOnlyList<JsonElement> WaitFor(int count, params ReadOnlySpan<string> matches)
    {
        var arguments = matches.ToArray();
        IReadOnlyList<JsonElement> found = [];
        SpinWait.SpinUntil(() => (found = Entries(arguments)).Count >= count, Deadline)
            .ShouldBeTrue($"{found.Count} of {count} entries with {string.Join(' ', arguments)} arrived");
        return found;
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start).ShouldNotBeNull();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error.Result);
        return output;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ShouldNotBeNull().Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    /// <summary>The entries that match, now.</summary>
    public List<JsonElement> Entries(params string[] matches)
    {
        if (!Directory.EnumerateFiles(LogFolder).Any())
        {
            return [];
        }

        // --all: journalctl leaves out fields above 4 kB otherwise.
        var start = new ProcessStartInfo("journalctl")
        {
            ArgumentList = { "--directory", LogFolder, "--output", "json", "--all", "--quiet", "--no-pager" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var match in matches)
        {
            start.ArgumentList.Add(match);
        }

        using var reader = Process.Start(start).ShouldNotBeNull();
        reader.ErrorDataReceived += (_, _) => { };
        reader.BeginErrorReadLine();
        var lines = reader.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        reader.WaitForExit();
        return [.. lines.Select(l => JsonDocument.Parse(l).RootElement)];
    }
}
