using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Tidegate.Simulation.Pods;

namespace Tidegate.Simulation.Commands;

/// <summary>A shell for the simulated pods: <c>sh</c> from a script, from standard input or at a prompt.</summary>
internal sealed class PodShell(PodRuntime pod)
{
    private readonly Dictionary<string, string> environment = pod.Environment();
    private readonly PodCommands commands = new(pod);
    private int status;
    private bool left;

    /// <summary>Runs an argument vector as <c>exec</c> gets it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandIo io, CancellationToken cancellationToken)
    {
        if (arguments is not ["sh" or "/bin/sh" or "bash" or "/bin/bash" or "ash", ..])
        {
            return await commands.RunAsync(arguments, environment, io, cancellationToken);
        }

        if (arguments is [_, "-c", var script, ..])
        {
            await RunScriptAsync(script, io, cancellationToken);
        }
        else
        {
            await RunInputAsync(io, cancellationToken);
        }

        return status;
    }

    private async Task RunInputAsync(CommandIo io, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(io.Input, leaveOpen: true);
        while (!left)
        {
            if (io.IsTerminal)
            {
                await io.Output.WriteAsync("/ # "u8.ToArray(), cancellationToken);
            }

            if (await reader.ReadLineAsync(cancellationToken) is not { } line)
            {
                return;
            }

            await RunScriptAsync(line, io, cancellationToken);
        }
    }

    private async Task RunScriptAsync(string script, CommandIo io, CancellationToken cancellationToken)
    {
        foreach (ShellPipeline pipeline in ShellSyntax.Parse(script, Variable))
        {
            bool skipped = (pipeline.Operator == "&&" && status != 0) || (pipeline.Operator == "||" && status == 0);
            if (!skipped && !left)
            {
                status = await RunPipelineAsync(pipeline, io, cancellationToken);
            }
        }
    }

    private string Variable(string name) =>
        name == "?" ? status.ToString(CultureInfo.InvariantCulture) : environment.GetValueOrDefault(name, "");

    private async Task<int> RunPipelineAsync(ShellPipeline pipeline, CommandIo io, CancellationToken cancellationToken)
    {
        List<Task<int>> running = [];
        Stream input = io.Input;
        foreach (ShellCommand command in pipeline.Commands.SkipLast(1))
        {
            Pipe pipe = new();
            running.Add(RunIntoAsync(command, io with { Input = input, Output = pipe.Writer.AsStream() }, cancellationToken));
            input = pipe.Reader.AsStream();
        }

        running.Add(RunCommandAsync(pipeline.Commands[^1], io with { Input = input }, cancellationToken));
        return (await Task.WhenAll(running))[^1];
    }

    private async Task<int> RunIntoAsync(ShellCommand command, CommandIo io, CancellationToken cancellationToken)
    {
        try
        {
            return await RunCommandAsync(command, io, cancellationToken);
        }
        finally
        {
            await io.Output.DisposeAsync();
        }
    }

    private async Task<int> RunCommandAsync(ShellCommand command, CommandIo io, CancellationToken cancellationToken)
    {
        if (command.InputFile is { } source)
        {
            if (pod.Files.Read(source) is not { } content)
            {
                await io.Error.WriteAsync(Encoding.UTF8.GetBytes($"sh: can't open {source}: no such file\n"), cancellationToken);
                return 1;
            }

            io = io with { Input = new MemoryStream(content) };
        }

        using MemoryStream file = new();
        io = command.OutputFile is null ? io : io with { Output = file };
        io = command.Duplicated switch { 2 => io with { Error = io.Output }, 1 => io with { Output = io.Error }, _ => io };
        int code = await RunWordsAsync(command.Words, io, cancellationToken);
        if (command.OutputFile is { } target and not "/dev/null")
        {
            byte[] before = command.Append ? pod.Files.Read(target) ?? [] : [];
            pod.Files.Write(target, [.. before, .. file.ToArray()]);
        }

        return code;
    }

    private async Task<int> RunWordsAsync(List<string> words, CommandIo io, CancellationToken cancellationToken)
    {
        if (words is ["exit", ..])
        {
            left = true;
            return words.Count > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out int code) ? code & 0xFF : status;
        }

        if (words is ["exec", .. var replaced])
        {
            words = replaced;
        }

        int equals = words[0].IndexOf('=', StringComparison.Ordinal);
        if (words.Count == 1 && equals > 0)
        {
            environment[words[0][..equals]] = words[0][(equals + 1)..];
            return 0;
        }

        return words is ["sh", ..]
            ? await new PodShell(pod).RunAsync(words, io, cancellationToken)
            : await commands.RunAsync(words, environment, io, cancellationToken);
    }
}
