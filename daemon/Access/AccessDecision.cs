using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>The answer to "may this person do this here, and as whom": a value with its reason and the rule that made it, never a bool.</summary>
/// <param name="Explanation">For the audit record and, as far as the person may know it, for the person.</param>
/// <param name="Role">The role that decided; null when none did (no role at all, a lock on a user).</param>
/// <param name="Rule">Where the deciding rule or lock stands.</param>
internal abstract record AccessDecision(string Explanation, string? Role, Origin? Rule);

/// <summary>Go on, as <paramref name="Principal"/>.</summary>
internal sealed record AccessAllowed(Principal Principal, string Explanation, string? Role, Origin? Rule) : AccessDecision(Explanation, Role, Rule)
{
    /// <summary>Which objects of the collection the request is about; null: all of them, or it is about no collection.</summary>
    public ObjectFilter? Filter { get; init; }

    /// <summary>
    /// Of a collection that several roles give parts of, each as another principal: the parts. The cluster must be asked which of them it lets list, since what one role
    /// shows must not be seen with the rights that another one gives. Otherwise empty.
    /// </summary>
    public EquatableList<AccessAllowed> Parts { get; init; } = [];

    /// <summary>What holds of it while it is open.</summary>
    public SessionLimits Limits { get; init; } = SessionLimits.None;
}

/// <summary>Refused.</summary>
/// <param name="Message">What the person is told: never reveals a cluster that the person may not know of.</param>
/// <param name="Code">The HTTP status: 400, 401, 403, 404 or 429.</param>
internal sealed record AccessDenied(string Message, int Code, string Explanation, string? Role, Origin? Rule) : AccessDecision(Explanation, Role, Rule)
{
    /// <summary>What was refused of an object or a collection; null when it was something else.</summary>
    public ResourceAction? Action { get; init; }
}
