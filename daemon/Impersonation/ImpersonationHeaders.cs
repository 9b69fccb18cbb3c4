using Tidegate.Access;
using Tidegate.Values;

namespace Tidegate.Impersonation;

/// <summary>Reads what a client asks for with its own <c>Impersonate-*</c> headers, in whatever case it spells them.</summary>
internal static class ImpersonationHeaders
{
    /// <summary>The prefix without a dash: a later <c>Impersonate…</c> header is caught, too.</summary>
    private const string Prefix = "Impersonate";

    public static ImpersonationRequest Read(IHeaderDictionary headers)
    {
        EquatableList<string> users = [], groups = [];
        var unsupported = (List<string>?)null;
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (name.Equals("Impersonate-User", StringComparison.OrdinalIgnoreCase))
            {
                users = [.. values.Select(v => v ?? "")];
            }
            else if (name.Equals("Impersonate-Group", StringComparison.OrdinalIgnoreCase))
            {
                groups = [.. values.Select(v => v ?? "")];
            }
            else
            {
                (unsupported ??= []).Add(name);
            }
        }

        return users.Count == 0 && groups.Count == 0 && unsupported is null
            ? ImpersonationRequest.None
            : new(users, groups, [.. unsupported ?? []]);
    }
}
