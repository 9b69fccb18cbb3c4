namespace Tidegate.Simulation.Identity;

/// <summary>A user as the API server's user.Info has it.</summary>
internal sealed record Caller(string User, IReadOnlyList<string> Groups)
{
    public string Uid { get; init; } = "";

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public static Caller Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    public bool IsAnonymous => User == Anonymous.User;

    /// <summary>The namespace and name of a service account user, or null for any other.</summary>
    public static (string Namespace, string Name)? ServiceAccount(string user)
    {
        const string Prefix = "system:serviceaccount:";
        string[] parts = user.StartsWith(Prefix, StringComparison.Ordinal) ? user[Prefix.Length..].Split(':') : [];
        return parts is [{ Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;
    }

    public static IReadOnlyList<string> ServiceAccountGroups(string ns) => ["system:serviceaccounts", $"system:serviceaccounts:{ns}"];
}
