using System.Diagnostics.CodeAnalysis;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// A text of a role that may hold one <c>{{…}}</c> expression over the person's traits: <c>{{external.team}}</c>, <c>{{internal.kubernetes_groups}}</c>,
/// <c>{{email.local(external.email)}}</c>, <c>{{regexp.replace(external.team, "^(.*)-x$", "$1")}}</c>, with literal text around it.
/// Source: Teleport, <c>lib/utils/parse</c>.
/// </summary>
internal sealed class TraitTemplate
{
    // The names that Teleport keeps for itself; any other name after internal. is a mistake, not an absent trait.
    private static readonly HashSet<string> InternalNames = new(StringComparer.Ordinal)
    {
        "logins", "windows_logins", "kubernetes_groups", "kubernetes_users", "db_names", "db_users", "db_roles", "aws_role_arns",
        "azure_identities", "gcp_service_accounts", "jwt", "github_orgs",
    };

    private readonly string prefix;
    private readonly string suffix;
    private readonly TraitExpression? expression;

    private TraitTemplate(string prefix, TraitExpression? expression, string suffix)
    {
        this.prefix = prefix;
        this.expression = expression;
        this.suffix = suffix;
    }

    /// <summary>Whether there is nothing to fill in.</summary>
    [MemberNotNullWhen(false, nameof(expression))]
    public bool IsLiteral => expression is null;

    /// <summary>Reads a text.</summary>
    /// <returns>Null, and why, when it holds braces that are no expression.</returns>
    public static TraitTemplate? Parse(string text, out string? error)
    {
        error = null;
        var open = text.IndexOf("{{", StringComparison.Ordinal);
        var close = text.LastIndexOf("}}", StringComparison.Ordinal);
        if (open < 0 && close < 0)
        {
            return new(text, null, "");
        }

        if (open < 0 || close < open + 2)
        {
            error = $"'{text}' has '{{{{' or '}}}}' without the other";
            return null;
        }

        var inner = text[(open + 2)..close];
        if (TraitExpression.Parse(inner, out var reason) is not { } parsed)
        {
            error = $"'{text}': {reason}";
            return null;
        }

        if (parsed.Namespace == "internal" && !InternalNames.Contains(parsed.Name))
        {
            error = $"'{text}': unsupported variable internal.{parsed.Name}; traits from an identity provider are external.{parsed.Name}";
            return null;
        }

        return new(text[..open].TrimStart(), parsed, text[(close + 2)..].TrimEnd());
    }

    /// <summary>Fills in a person's traits: one text for each value; none when the trait is absent or empty.</summary>
    public IReadOnlyList<string> Apply(EquatableMap<EquatableList<string>> traits)
    {
        if (IsLiteral)
        {
            return [prefix];
        }

        return [.. expression.Evaluate(traits).Where(v => v.Length > 0).Select(v => prefix + v + suffix)];
    }
}
