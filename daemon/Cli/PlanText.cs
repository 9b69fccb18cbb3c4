using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>A plan in words: what changes in the repository's resources, and for whom.</summary>
internal static class PlanText
{
    public static void Print(TextWriter to, PlanView plan)
    {
        if (plan.Revision is { } revision)
        {
            to.WriteLine($"Plan for {PassText.Of(revision)}:");
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
