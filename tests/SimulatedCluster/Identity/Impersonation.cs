using Microsoft.Extensions.Primitives;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Identity;

/// <summary>
/// The API server's impersonation filter (apiserver, pkg/endpoints/filters/impersonation): one authorization per value, the first
/// user header wins, every group header line is one group whatever commas it holds.
/// </summary>
internal sealed class Impersonation(Authorizer authorizer)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string AuthenticationGroup = "authentication.k8s.io";

    /// <returns>The impersonated user, or <paramref name="caller"/> itself if no header asks for another.</returns>
    /// <exception cref="ApiException">400 for groups, uid or extra without a user; 403 if the caller may not.</exception>
    public Caller Apply(Caller caller, IHeaderDictionary headers)
    {
        string user = First(headers[UserHeader]);
        string uid = First(headers[UidHeader]);
        List<string> groups = [.. headers[GroupHeader].Select(g => g ?? "")];
        Dictionary<string, IReadOnlyList<string>> extra = Extra(headers);
        if (user.Length == 0)
        {
            return groups.Count == 0 && uid.Length == 0 && extra.Count == 0
                ? caller
                : throw ApiException.BadRequest("requested [" + Requested(groups, uid, extra) + "] without impersonating a user");
        }

        (string Namespace, string Name)? account = Caller.ServiceAccount(user);
        Demand(caller, account is { } sa
            ? new AccessQuestion("impersonate", "", "serviceaccounts", "", sa.Namespace, sa.Name)
            : new AccessQuestion("impersonate", "", "users", Name: user));
        foreach (string group in groups)
        {
            Demand(caller, new AccessQuestion("impersonate", "", "groups", Name: group));
        }

        foreach ((string key, IReadOnlyList<string> values) in extra)
        {
            foreach (string value in values)
            {
                Demand(caller, new AccessQuestion("impersonate", AuthenticationGroup, "userextras", key, Name: value));
            }
        }

        if (uid.Length > 0)
        {
            Demand(caller, new AccessQuestion("impersonate", AuthenticationGroup, "uids", Name: uid));
        }

        if (groups.Count == 0 && account is { } implied)
        {
            groups.AddRange(Caller.ServiceAccountGroups(implied.Namespace));
        }

        AddImpliedGroup(user, groups);
        return new Caller(user, groups) { Uid = uid, Extra = extra };
    }

    private void Demand(Caller caller, AccessQuestion question)
    {
        if (!authorizer.Allows(caller, question))
        {
            throw Forbidden.Error(caller, question);
        }
    }

    private static void AddImpliedGroup(string user, List<string> groups)
    {
        if (user == Caller.Anonymous.User)
        {
            if (!groups.Contains("system:unauthenticated"))
            {
                groups.Add("system:unauthenticated");
            }
        }
        else if (!groups.Contains("system:authenticated") && !groups.Contains("system:unauthenticated"))
        {
            groups.Add("system:authenticated");
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Extra(IHeaderDictionary headers)
    {
        Dictionary<string, IReadOnlyList<string>> extra = new(StringComparer.Ordinal);
        foreach ((string name, StringValues values) in headers)
        {
            if (name.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            {
                // Percent-decoded after lower-casing; a malformed escape is taken literally, which UnescapeDataString does too.
                string key = Uri.UnescapeDataString(name[ExtraPrefix.Length..].ToLowerInvariant());
                extra[key] = [.. values.Select(v => v ?? "")];
            }
        }

        return extra;
    }

    private static string First(StringValues values) => values.Count == 0 ? "" : values[0] ?? "";

    private static string Requested(List<string> groups, string uid, Dictionary<string, IReadOnlyList<string>> extra) => string.Join(
        ", ",
        groups.Select(g => $"Group: {g}").Concat(uid.Length > 0 ? [$"UID: {uid}"] : []).Concat(extra.Keys.Select(k => $"Extra: {k}")));
}
