using System.CommandLine;
using System.Globalization;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate status</c>.</summary>
internal static class StatusCommand
{
    private const int MostNotWell = 20;

    public static Command Create() => new AdminVerb("status", "Show what the daemon serves, and what is wrong.", OutputFormat.Text)
        .Does(async (client, format, _, cancellationToken) =>
        {
            var status = await client.GetAsync("v1/status", ApiJson.Default.StatusView, cancellationToken);
            Output.Print(format, status, ApiJson.Default.StatusView, to => Print(to, status));
            return ExitCode.Done;
        });

    private static void Print(TextWriter to, StatusView status)
    {
        to.WriteLine($"Tidegate {status.Version} on {status.Node}: {status.State}, since {Time(status.StartedAt)}");
        to.WriteLine($"Repository:  {status.Repository}");
        if (status.ServedSource is { } served && served != status.Source)
        {
            to.WriteLine($"Served:      the state of {served}; no commit of {status.Source}, which the configuration names, is in force yet");
        }

        to.WriteLine($"Revision:    {(status.Revision is { } revision ? PassText.Of(revision) : "none yet")}");
        if (status.HeldTagMove is { } held)
        {
            to.WriteLine($"Held:        {held}");
        }

        to.WriteLine($"Serving:     {status.Clusters} clusters ({status.Unselected} more match no selector), {status.Roles} roles, {status.Users} users, {status.Locks} locks");
        to.WriteLine($"Requests:    {status.OpenRequests} under way");
        if (status.LastPass is { } last)
        {
            to.WriteLine($"Last pass:   {last.Outcome} at {Time(last.StartedAt)} ({last.Trigger}){(last.Error is { } error ? ": " + error : "")}");
        }

        if (status.NextPassAt is { } next)
        {
            to.WriteLine($"Next pass:   {Time(next)}");
        }

        if (status.Late is { } late)
        {
            to.WriteLine($"Late:        {late}");
        }

        PassText.PrintHeld(to, status.Held);
        PrintNotWell(to, status);
        if (status.Problems.Count > 0)
        {
            to.WriteLine($"Problems:    {status.Problems.Count}");
            Output.PrintProblems(to, status.Problems);
        }
    }

    private static void PrintNotWell(TextWriter to, StatusView status)
    {
        if (status.NotWell.Count == 0)
        {
            return;
        }

        to.WriteLine($"Not well:    {status.NotWell.Count} of {status.Clusters} clusters");
        foreach (var cluster in status.NotWell.Take(MostNotWell))
        {
            var condition = cluster.Conditions.FirstOrDefault(c => c.Status == "False") ?? cluster.Conditions.First(c => c.Status != "True");
            var since = condition.Since is { } at ? $" (since {Time(at)})" : "";
            to.WriteLine($"  {cluster.Name}: {cluster.Summary}{(condition.Reason is { } reason ? $": {reason}" : "")}{since}");
        }

        if (status.NotWell.Count > MostNotWell)
        {
            to.WriteLine($"  and {status.NotWell.Count - MostNotWell} more (tidegate status --format json)");
        }
    }

    private static string Time(DateTimeOffset when) => when.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
