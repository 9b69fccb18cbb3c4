using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate plan [DIR|REV]</c>: what would change, against what is in force now.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var what = new Argument<string?>("DIR|REV")
        {
            Description = "A folder of manifests, or a branch, tag or commit of the repository, with ~N or ^N after it, or two of them as A..B (default: what a sync would apply)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with exit code 3 when there are differences" };
        var verb = new AdminVerb("plan", "Show what a folder or a revision would change, also in access.", OutputFormat.Text, what, exitCode);
        return verb.Does(async (client, format, parsed, cancellationToken) =>
        {
            var asked = parsed.GetValue(what);
            var isFolder = asked is not null && Directory.Exists(asked);
            var request = isFolder ? RequestOf(asked!) : new PlanRequest(asked, null);

            // A branch could have this name too, so it is said which of them was taken.
            var folder = isFolder && !asked!.Contains('/', StringComparison.Ordinal) && asked is not ("." or "..") ? Path.GetFullPath(asked) : null;
            var body = JsonContent.Create(request, ApiJson.Default.PlanRequest);
            var plan = await client.PostAsync("v1/plan", body, ApiJson.Default.PlanView, cancellationToken);
            Output.Print(format, plan, ApiJson.Default.PlanView, to => PlanText.Print(to, plan, folder));
            if (plan.Problems.Any(p => !p.IsWarning))
            {
                return ExitCode.Usage;
            }

            var differs = plan.Changes.Count + plan.Access.Count + plan.Principals.Count > 0;
            return parsed.GetValue(exitCode) && differs ? ExitCode.Differences : ExitCode.Done;
        });
    }

    private static PlanRequest RequestOf(string folder)
    {
        var (files, unread) = Folder.Read(folder);
        return new(null, files) { Unread = unread };
    }
}
