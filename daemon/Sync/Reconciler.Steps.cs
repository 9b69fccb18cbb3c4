using Tidegate.Git;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>The values that the steps of a pass hand on.</summary>
internal sealed partial class Reconciler
{
    /// <summary>What a pass works on.</summary>
    /// <param name="Source">Where <paramref name="Revision"/> comes from.</param>
    /// <param name="Before">What is in force.</param>
    /// <param name="Basis">What of it may stay where the revision is broken: nothing when it is of another source.</param>
    private sealed record Step(Revision Revision, RepositorySource Source, AppliedState Before, AppliedState Basis)
    {
        /// <summary>Whether the files in memory are to be taken, without a look at the mirror: nobody asked the repository, or what it names now is not followed.</summary>
        public bool IsRead { get; init; }
    }

    private sealed record Outcome(PassOutcome Kind, Revision? Revision, Plan Plan, IReadOnlyList<Problem> Problems, string? Error)
    {
        public TimeSpan FetchDuration { get; init; }

        public string? ConfirmationRefusal { get; init; }

        public bool IsTagMove { get; init; }

        /// <summary>What was put in force, to be stored; null when nothing was.</summary>
        public AppliedState? Next { get; init; }

        public IReadOnlyList<PassNote> Notes { get; init; } = [];
    }
}
