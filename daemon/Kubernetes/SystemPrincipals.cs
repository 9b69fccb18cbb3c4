using System.Collections.Frozen;

namespace Tidegate.Kubernetes;

/// <summary>
/// Which users and groups that begin with <c>system:</c> roles may grant (<c>kubernetes_service.allow_system_principals</c>). A name means different things as a
/// user and as a group, so an entry is for one of the two: <c>user:NAME</c>, <c>group:NAME</c>, or <c>NAME</c> alone, which is a group unless it has the form that
/// Kubernetes gives to users only (<c>system:serviceaccount:NAMESPACE:NAME</c>, <c>system:node:NAME</c>).
/// </summary>
internal sealed class SystemPrincipals
{
    /// <summary>None may be granted.</summary>
    public static readonly SystemPrincipals None = new([], []);

    private const string Prefix = "system:";
    private const string UserWord = "user:";
    private const string GroupWord = "group:";

    private readonly FrozenSet<string> users;
    private readonly FrozenSet<string> groups;

    private SystemPrincipals(IEnumerable<string> users, IEnumerable<string> groups)
    {
        this.users = users.ToFrozenSet(StringComparer.Ordinal);
        this.groups = groups.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <param name="entries">As the configuration has them; one that <see cref="EntryError"/> objects to allows nothing.</param>
    public static SystemPrincipals Of(IEnumerable<string> entries)
    {
        var read = entries.Where(e => EntryError(e) is null).Select(Read).ToLookup(e => e.IsUser, e => e.Name);
        return new(read[true], read[false]);
    }

    /// <summary>Null, or why a text is no entry.</summary>
    public static string? EntryError(string entry)
    {
        var (_, name) = Read(entry);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.Length == Prefix.Length)
        {
            return $"must be one name that begins with {Prefix} (or {UserWord}{Prefix}, {GroupWord}{Prefix}); any other needs no permission here";
        }

        return Principal.NameError(name);
    }

    /// <summary>Null, or why a role may not grant this user.</summary>
    public string? UserObjection(string name) => IsSystem(name) && !users.Contains(name) ? Objection("user", name) : null;

    /// <summary>Null, or why a role may not grant this group.</summary>
    public string? GroupObjection(string name) => IsSystem(name) && !groups.Contains(name) ? Objection("group", name) : null;

    // A cluster may compare names in any case it likes; no other spelling is let through.
    private static bool IsSystem(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    private static string Objection(string noun, string name) =>
        $"the {noun} '{name}' begins with {Prefix} and is not listed as \"{noun}:{name}\" in kubernetes_service.allow_system_principals of the gate's configuration";

    private static (bool IsUser, string Name) Read(string entry) =>
        entry.StartsWith(UserWord, StringComparison.Ordinal) ? (true, entry[UserWord.Length..])
        : entry.StartsWith(GroupWord, StringComparison.Ordinal) ? (false, entry[GroupWord.Length..])
        : (entry.Split(':') is ["system", "serviceaccount", { Length: > 0 }, { Length: > 0 }] or ["system", "node", { Length: > 0 }], entry);
}
