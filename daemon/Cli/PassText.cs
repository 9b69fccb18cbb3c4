using System.Globalization;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>Passes, changes and revisions in words.</summary>
internal static class PassText
{
    private const int MostNames = 50;

    public static void Print(TextWriter to, PassView pass)
    {
        if (pass.Error is { } error)
        {
            to.WriteLine($"{pass.Outcome}: {error}");
        }
        else
        {
            to.WriteLine($"{Outcome(pass)} {(pass.Revision is { } r ? Of(r) : "nothing")} in {pass.DurationMs.ToString("0", CultureInfo.InvariantCulture)} ms");
        }

        foreach (var note in pass.Notes ?? [])
        {
            to.WriteLine($"  note: {note}");
        }

        PrintChanges(to, pass.Changes);
        PrintHeld(to, pass.Held);
        if (pass.NotStored is { } reason)
        {
            to.WriteLine($"in force but not stored, a restart without git would begin with an older state: {reason}");
        }

        if (pass.Problems.Count > 0)
        {
            to.WriteLine(pass.Problems.Count == 1 ? "1 problem:" : $"{pass.Problems.Count} problems:");
            Output.PrintProblems(to, pass.Problems);
        }
    }

    public static void PrintChanges(TextWriter to, IReadOnlyList<ChangeView> changes)
    {
        foreach (var change in changes)
        {
            to.WriteLine(Sentence(change));
            foreach (var detail in change.Details)
            {
                to.WriteLine($"    {detail}");
            }
        }
    }

    /// <summary>What waits for a confirmation.</summary>
    public static void PrintHeld(TextWriter to, HeldView? held)
    {
        if (held is null)
        {
            return;
        }

        to.WriteLine($"held: {held.Reason}");
        foreach (var name in held.Removes.Take(MostNames))
        {
            to.WriteLine($"  {name} would be removed");
        }

        if (held.Removes.Count > MostNames)
        {
            to.WriteLine($"  and {held.Removes.Count - MostNames} more; --format json names them all");
        }
    }

    public static string Of(RevisionView revision) =>
        $"{Short(revision)} \"{revision.Subject}\" by {revision.Author} on {revision.When.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";

    public static string Short(RevisionView revision) => revision.Id.Length > 12 ? revision.Id[..12] : revision.Id;

    /// <summary>The original's sentence, such as <c>kubernetes cluster "mycluster" has been created</c>.</summary>
    private static string Sentence(ChangeView change)
    {
        var what = change.Kind == "kube_cluster" ? "kubernetes cluster" : change.Kind;
        var done = change.Change switch { "create" => "created", "update" => "updated", _ => "deleted" };
        return $"  {what} \"{change.Name}\" has been {done}";
    }

    private static string Outcome(PassView pass) => pass switch
    {
        { Outcome: "applied" } when pass.Problems.Any(p => !p.IsWarning) => "partly applied",
        { Outcome: "applied" } => "applied",
        _ => "already at",
    };
}
