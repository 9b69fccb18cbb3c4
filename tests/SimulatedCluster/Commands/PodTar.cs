using System.Formats.Tar;
using System.Text;
using Tidegate.Simulation.Pods;

namespace Tidegate.Simulation.Commands;

/// <summary><c>tar</c> as <c>kubectl cp</c> calls it: <c>tar cf - PATH…</c> and <c>tar -xmf - [-C DIR]</c>.</summary>
internal static class PodTar
{
    public static async Task<int> RunAsync(PodFiles files, string[] arguments, CommandIo io, CancellationToken cancellationToken)
    {
        string mode = "";
        string directory = "/";
        List<string> paths = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument == "-C" && i + 1 < arguments.Length)
            {
                directory = arguments[++i];
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                continue;
            }
            else if (mode.Length == 0 && argument != "-")
            {
                mode = argument.TrimStart('-');
            }
            else if (argument != "-")
            {
                paths.Add(argument);
            }
        }

        if (mode.Contains('x', StringComparison.Ordinal))
        {
            return await ExtractAsync(files, directory, io, cancellationToken);
        }

        return await CreateAsync(files, paths, io, cancellationToken);
    }

    private static async Task<int> ExtractAsync(PodFiles files, string directory, CommandIo io, CancellationToken cancellationToken)
    {
        await using TarReader reader = new(io.Input, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
        {
            string path = $"{directory}/{entry.Name}";
            if (entry.EntryType == TarEntryType.Directory)
            {
                files.MakeDirectory(path);
                continue;
            }

            using MemoryStream content = new();
            if (entry.DataStream is { } data)
            {
                await data.CopyToAsync(content, cancellationToken);
            }

            files.Write(path, content.ToArray());
        }

        return 0;
    }

    private static async Task<int> CreateAsync(PodFiles files, List<string> paths, CommandIo io, CancellationToken cancellationToken)
    {
        int code = 0;
        await using TarWriter writer = new(io.Output, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (string path in paths)
        {
            List<(string Path, byte[]? Content)> tree = files.Tree(path);
            if (tree.Count == 0)
            {
                await io.Error.WriteAsync(Encoding.UTF8.GetBytes($"tar: {path}: No such file or directory\n"), cancellationToken);
                code = 2;
            }

            foreach ((string found, byte[]? content) in tree)
            {
                UstarTarEntry entry = new(content is null ? TarEntryType.Directory : TarEntryType.RegularFile, found.TrimStart('/') + (content is null ? "/" : ""))
                {
                    DataStream = content is null ? null : new MemoryStream(content),
                };
                await writer.WriteEntryAsync(entry, cancellationToken);
            }
        }

        return code;
    }
}
