using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tidegate.Simulation.Pods;

namespace Tidegate.Simulation.Commands;

/// <summary>The programs that a simulated pod has.</summary>
internal sealed class PodCommands(PodRuntime pod)
{
    private const int NotFound = 127;

    public async Task<int> RunAsync(IReadOnlyList<string> words, Dictionary<string, string> environment, CommandIo io, CancellationToken cancellationToken)
    {
        string name = words[0][(words[0].LastIndexOf('/') + 1)..];
        string[] rest = [.. words.Skip(1)];
        switch (name)
        {
            case "true" or ":":
                return 0;
            case "false":
                return 1;
            case "echo":
                bool bare = rest is ["-n", ..];
                return await PrintAsync(io.Output, string.Join(' ', bare ? rest[1..] : rest) + (bare ? "" : "\n"), 0, cancellationToken);
            case "env" or "printenv":
                return await PrintAsync(io.Output, string.Concat(environment.Select(e => $"{e.Key}={e.Value}\n")), 0, cancellationToken);
            case "hostname":
                return await PrintAsync(io.Output, pod.Name + "\n", 0, cancellationToken);
            case "pwd":
                return await PrintAsync(io.Output, "/\n", 0, cancellationToken);
            case "id":
                return await PrintAsync(io.Output, "uid=0(root) gid=0(root) groups=0(root)\n", 0, cancellationToken);
            case "stty":
                return await PrintAsync(io.Output, io.IsTerminal ? $"{io.Size().Height} {io.Size().Width}\n" : "stty: not a terminal\n", io.IsTerminal ? 0 : 1, cancellationToken);
            case "tty":
                return await PrintAsync(io.Output, io.IsTerminal ? "/dev/pts/0\n" : "not a tty\n", io.IsTerminal ? 0 : 1, cancellationToken);
            case "sleep" when rest.Length > 0 && double.TryParse(rest[0].TrimEnd('s'), CultureInfo.InvariantCulture, out double seconds):
                await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
                return 0;
            case "tar":
                return await PodTar.RunAsync(pod.Files, rest, io, cancellationToken);
            default:
                return await RunOnFilesAsync(name, rest, io, cancellationToken);
        }
    }

    private async Task<int> RunOnFilesAsync(string name, string[] rest, CommandIo io, CancellationToken cancellationToken)
    {
        switch (name)
        {
            case "cat":
                return await EachAsync(rest, io, source => source.CopyToAsync(io.Output, cancellationToken), cancellationToken);
            case "sha256sum":
                return await EachAsync(rest, io, async source => await PrintAsync(
                    io.Output,
                    Convert.ToHexStringLower(await SHA256.HashDataAsync(source, cancellationToken)) + "  -\n",
                    0,
                    cancellationToken), cancellationToken);
            case "wc" when rest is ["-c", ..]:
                return await EachAsync(rest[1..], io, async source => await PrintAsync(io.Output, (await AllAsync(source, cancellationToken)).Length + "\n", 0, cancellationToken), cancellationToken);
            case "head":
                return await HeadAsync(rest, io, cancellationToken);
            case "tail" when rest is [var from, ..] && from.StartsWith("-c+", StringComparison.Ordinal):
                int skip = int.Parse(from.AsSpan(3), CultureInfo.InvariantCulture) - 1;
                return await EachAsync(rest[1..], io, async source => await io.Output.WriteAsync((await AllAsync(source, cancellationToken)).AsMemory(Math.Max(skip, 0)), cancellationToken), cancellationToken);
            case "ls":
                return await ListAsync(rest, io, cancellationToken);
            case "test" or "[":
                return Test([.. rest.Where(w => w != "]")]) ? 0 : 1;
            case "mkdir":
                Array.ForEach([.. rest.Where(w => !w.StartsWith('-'))], pod.Files.MakeDirectory);
                return 0;
            case "rm":
                Array.ForEach([.. rest.Where(w => !w.StartsWith('-'))], pod.Files.Remove);
                return 0;
            case "touch":
                Array.ForEach(rest, path => pod.Files.Write(path, pod.Files.Read(path) ?? []));
                return 0;
            default:
                return await PrintAsync(io.Error, $"sh: {name}: not found\n", NotFound, cancellationToken);
        }
    }

    private async Task<int> EachAsync(string[] paths, CommandIo io, Func<Stream, Task> act, CancellationToken cancellationToken)
    {
        int code = 0;
        foreach (string path in paths.Length == 0 ? ["-"] : paths)
        {
            if (path == "-")
            {
                await act(io.Input);
            }
            else if (pod.Files.Read(path) is { } content)
            {
                await act(new MemoryStream(content));
            }
            else
            {
                code = await PrintAsync(io.Error, $"can't open '{path}': No such file or directory\n", 1, cancellationToken);
            }
        }

        return code;
    }

    private async Task<int> HeadAsync(string[] rest, CommandIo io, CancellationToken cancellationToken)
    {
        bool bytes = rest is ["-c", ..];
        int count = rest is ["-c" or "-n", var number, ..] && int.TryParse(number, CultureInfo.InvariantCulture, out int given) ? given : 10;
        string[] paths = rest is ["-c" or "-n", _, .. var named] ? named : rest;
        if (bytes && paths is ["/dev/zero" or "/dev/urandom"])
        {
            byte[] made = new byte[count];
            if (paths[0] == "/dev/urandom")
            {
                RandomNumberGenerator.Fill(made);
            }

            await io.Output.WriteAsync(made, cancellationToken);
            return 0;
        }

        return await EachAsync(paths, io, async source =>
        {
            byte[] all = await AllAsync(source, cancellationToken);
            int end = bytes ? Math.Min(count, all.Length) : EndOfLines(all, count);
            await io.Output.WriteAsync(all.AsMemory(0, end), cancellationToken);
        }, cancellationToken);
    }

    private static int EndOfLines(byte[] all, int lines)
    {
        int at = 0;
        for (int i = 0; i < lines && at < all.Length; i++)
        {
            int next = Array.IndexOf(all, (byte)'\n', at);
            at = next < 0 ? all.Length : next + 1;
        }

        return at;
    }

    private async Task<int> ListAsync(string[] rest, CommandIo io, CancellationToken cancellationToken)
    {
        string path = rest.FirstOrDefault(w => !w.StartsWith('-')) ?? "/";
        if (pod.Files.IsDirectory(path))
        {
            return await PrintAsync(io.Output, string.Concat(pod.Files.Names(path).Select(n => n + "\n")), 0, cancellationToken);
        }

        return pod.Files.Read(path) is not null
            ? await PrintAsync(io.Output, path + "\n", 0, cancellationToken)
            : await PrintAsync(io.Error, $"ls: {path}: No such file or directory\n", 1, cancellationToken);
    }

    private bool Test(string[] words) => words switch
    {
        ["-d", var path] => pod.Files.IsDirectory(path),
        ["-f", var path] => pod.Files.Read(path) is not null,
        ["-e", var path] => pod.Files.IsDirectory(path) || pod.Files.Read(path) is not null,
        ["-n", var text] => text.Length > 0,
        ["-z", var text] => text.Length == 0,
        [var left, "=", var right] => left == right,
        [var left, "!=", var right] => left != right,
        [var text] => text.Length > 0,
        _ => false,
    };

    private static async Task<byte[]> AllAsync(Stream source, CancellationToken cancellationToken)
    {
        using MemoryStream all = new();
        await source.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }

    private static async Task<int> PrintAsync(Stream output, string text, int code, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        return code;
    }
}
