using System.Text.Json;

namespace Tidegate.Git;

/// <summary>
/// The hidden verb <c>fetch-child</c>: fetches once, in a process of its own, because libgit2 can neither be cancelled nor be trusted
/// not to crash. One line of JSON comes in, one goes out. The daemon keeps standard input open; its end means that the daemon is gone,
/// and the child ends too.
/// </summary>
internal static class FetchChild
{
    /// <summary>The exit code: 0 when an answer was written, also one that names a failure.</summary>
    public static int Run(TextReader stdin, TextWriter stdout)
    {
        var line = stdin.ReadLine();
        if (line is null || Parse(line) is not { } request)
        {
            stdout.WriteLine("fetch-child is run by the daemon and expects its request on standard input.");
            return 2;
        }

        new Thread(() => EndWith(stdin)) { IsBackground = true }.Start();
        var isAnswered = false;
        var answer = Execute(request, Answer);
        if (!isAnswered)
        {
            Answer(answer);
        }

        return 0;

        void Answer(FetchAnswer value)
        {
            isAnswered = true;
            stdout.WriteLine(JsonSerializer.Serialize(value, FetchMessages.Default.FetchAnswer));
            stdout.Flush();
        }
    }

    private static FetchAnswer Execute(FetchRequest request, Action<FetchAnswer> answer)
    {
        if (!GitUrl.TryParse(request.Repository.Url, out var url, out var error))
        {
            return Failed(FetchFailure.Configuration, $"url: {error}");
        }

        var fetch = new MirrorFetch(request, url);
        try
        {
            return fetch.Run(answer);
        }
        catch (Exception e)
        {
            return fetch.Explain(e) is { } known ? Failed(known.Failure, known.Message) : Failed(FetchFailure.Other, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static FetchAnswer Failed(FetchFailure failure, string message) => new() { Failure = failure, Message = message };

    private static FetchRequest? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, FetchMessages.Default.FetchRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void EndWith(TextReader stdin)
    {
        while (stdin.ReadLine() is not null)
        {
        }

        Environment.Exit(1);
    }
}
