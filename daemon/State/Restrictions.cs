using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// What takes access away: a lock as a whole, of a role its deny side and its options. It never goes with a commit that has a document which cannot be read or is
/// rejected and may be what it became: a moved file with a typing error in it would let somebody in.
/// </summary>
internal static class Restrictions
{
    /// <summary>The part of a resource that restricts; null when it has none.</summary>
    public static T? Of<T>(T resource)
        where T : class, IResource => resource switch
        {
            Lock => resource,
            Role role when Restricts(role) => (T)(IResource)(role with { Allow = Nothing(role.Allow.Origin) }),
            _ => null,
        };

    /// <summary>Whether a role stays for its restrictions alone and gives nothing.</summary>
    public static bool IsAll(Role role) => role.Allow.Equals(Nothing(role.Allow.Origin));

    /// <summary>What to say of one that stays.</summary>
    /// <param name="file">Because of which it does.</param>
    public static Problem Kept(IResource resource, string file)
    {
        var (what, stays) = resource is Lock ? ("the lock", "stays") : ("the deny rules and limits of the role", "stay");
        return new(
            file, 0, 0, "",
            $"{what} \"{resource.Name}\", removed from {resource.Origin.File}, {stays} in force while this file cannot be read or is rejected, since it may be what became of it: "
            + "mend it, remove it, or list it in .tidegateignore")
        {
            Resource = $"{ResourceKind.Of(resource)}/{resource.Name}",
            KeepsLastGood = true,
        };
    }

    private static bool Restricts(Role role) => role.Options != RoleOptions.None || !role.Deny.Equals(Nothing(role.Deny.Origin));

    private static RoleConditions Nothing(Origin origin) => new(EquatableMap<EquatableList<string>>.Empty, [], [], origin);
}
