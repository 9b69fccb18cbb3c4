using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Streams;

/// <summary>The query of an exec or attach request.</summary>
internal sealed record RemoteCommandOptions(IReadOnlyList<string> Command, string Container, bool Input, bool Output, bool Error, bool Terminal)
{
    /// <exception cref="ApiException">400 if no stream is asked for.</exception>
    public static RemoteCommandOptions Parse(IQueryCollection query)
    {
        bool terminal = On(query, "tty");
        RemoteCommandOptions options = new(
            [.. query["command"].Select(c => c ?? "")],
            query["container"].ToString(),
            On(query, "stdin"),
            On(query, "stdout"),
            On(query, "stderr") && !terminal,
            terminal);
        return options.Input || options.Output || options.Error
            ? options
            : throw ApiException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
    }

    private static bool On(IQueryCollection query, string name) => query[name].ToString() is "true" or "1";
}
