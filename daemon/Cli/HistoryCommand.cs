using System.CommandLine;
using System.Globalization;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate history</c>.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var limit = new Option<int>("--limit", "-n") { Description = "How many passes to show", HelpName = "N", DefaultValueFactory = _ => 20 };
        var verb = new AdminVerb("history", "Show the last passes, newest first.", OutputFormat.Text, limit);
        return verb.Does(async (client, format, parsed, cancellationToken) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"v1/history?limit={parsed.GetValue(limit)}");
            var history = await client.GetAsync(path, ApiJson.Default.HistoryView, cancellationToken);
            Output.Print(format, history, ApiJson.Default.HistoryView, to => Print(to, history));
            return ExitCode.Done;
        });
    }

    private static void Print(TextWriter to, HistoryView history)
    {
        foreach (var pass in history.Items)
        {
            to.Write($"{pass.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}  ");
            PassText.Print(to, pass);
        }
    }
}
