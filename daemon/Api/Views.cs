using Tidegate.Comparison;
using Tidegate.State;
using Tidegate.Sync;
using Tidegate.Values;

namespace Tidegate.Api;

/// <summary>Turns the daemon's values into what goes over the socket.</summary>
internal static class Views
{
    public static PassView Of(PassResult pass) => new(
        pass.Outcome.ToString().ToLowerInvariant(),
        pass.Trigger,
        pass.Revision is { } revision ? Of(revision) : null,
        Of(pass.Plan),
        Of(pass.Problems),
        pass.Error ?? pass.ConfirmationRefusal,
        pass.StartedAt,
        Math.Round(pass.Duration.TotalMilliseconds, 1))
    {
        Notes = pass.Notes.Count > 0 ? [.. pass.Notes.Select(n => n.Text)] : null,
        FetchMs = pass.FetchDuration > TimeSpan.Zero ? Math.Round(pass.FetchDuration.TotalMilliseconds, 1) : null,
        Held = Of(pass.Held),
        NotStored = pass.NotStored,
    };

    public static PlanView Of(PlanPreview preview, AccessComparison access) => new(
        preview.Revision is { } revision ? Of(revision) : null,
        Of(preview.Plan),
        Of(preview.After.Problems),
        AccessAnswers.Changes(access),
        AccessAnswers.Principals(access))
    {
        From = preview.From is { } from ? Of(from) : null,
        Inexact = AccessAnswers.Inexact(access),
        Held = Of(preview.Held),
    };

    public static HeldView? Of(HeldRemoval? held) => held is null
        ? null
        : new(held.Revision == Revision.None ? null : Of(held.Revision), [.. held.Resources.Select(r => r.ToString())], held.ToString());

    public static RevisionView Of(Revision revision) => new(revision.Id, revision.Author, revision.When, revision.Subject);

    public static IReadOnlyList<ProblemView> Of(IReadOnlyList<Problem> problems) =>
        [.. problems.Select(p => new ProblemView(p.File, p.Line, p.Column, p.Field, p.Message, p.Resource, p.KeepsLastGood, p.IsWarning))];

    private static IReadOnlyList<ChangeView> Of(Plan plan) =>
        [.. plan.Changes.Select(c => new ChangeView(c.Kind.ToString().ToLowerInvariant(), c.ResourceKind, c.Name, c.Details))];
}
