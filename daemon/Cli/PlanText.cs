using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>A plan in words: what changes in the repository's resources, and for whom.</summary>
internal static class PlanText
{
    /// <param name="folder">What is planned, when the argument could also mean a revision.</param>
    public static void Print(TextWriter to, PlanView plan, string? folder)
    {
        if (plan.Revision is { } revision)
        {
            to.WriteLine(plan.From is { } from ? $"Plan from {PassText.Of(from)} to {PassText.Of(revision)}:" : $"Plan for {PassText.Of(revision)}:");
        }
        else if (folder is not null)
        {
            to.WriteLine($"Plan for the folder {folder}:");
        }

        if (plan.Changes.Count == 0)
        {
            to.WriteLine("  nothing would change");
        }

        foreach (var change in plan.Changes)
        {
            var sign = change.Change switch { "create" => '+', "update" => '~', _ => '-' };
            to.WriteLine($"  {sign} {change.Kind} {change.Name}");
            foreach (var detail in change.Details)
            {
                to.WriteLine($"      {detail}");
            }
        }

        AccessText.PrintChanges(to, plan);
        PassText.PrintHeld(to, plan.Held);
        if (plan.Problems.Count > 0)
        {
            to.WriteLine(plan.Problems.Count == 1 ? "1 problem:" : $"{plan.Problems.Count} problems:");
            Output.PrintProblems(to, plan.Problems);
        }
    }
}
