using System.Text;

namespace Tidegate.Kubernetes;

/// <summary>
/// Reads a <c>fieldSelector</c> as the API server does (<c>k8s.io/apimachinery/pkg/fields/selector.go</c>): terms between commas, in ordinal order, with backslashes before
/// what would end a term or a value.
/// </summary>
internal static class FieldSelector
{
    private static readonly string[] Operators = ["!=", "==", "="];

    /// <summary>The value that a field must have by the first term that names one; null when there is none, or one term is none and so the whole selector is invalid.</summary>
    public static string? Exact(string selector, string field)
    {
        var found = (string?)null;
        foreach (var term in Terms(selector))
        {
            if (Split(term) is not var (name, isEqual, written) || Unescape(written) is not { } value)
            {
                return null;
            }

            found ??= isEqual && name == field ? value : null;
        }

        return found;
    }

    private static List<string> Terms(string selector)
    {
        var terms = new List<string>();
        var start = 0;
        for (var i = 0; i <= selector.Length; i++)
        {
            if (i == selector.Length || selector[i] == ',')
            {
                terms.Add(selector[start..i]);
                start = i + 1;
            }
            else if (selector[i] == '\\' && i + 1 < selector.Length)
            {
                i++;
            }
        }

        terms.RemoveAll(t => t.Length == 0);
        terms.Sort(StringComparer.Ordinal);
        return terms;
    }

    /// <returns>Null for what is no term.</returns>
    private static (string Field, bool IsEqual, string Value)? Split(string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            if (Array.Find(Operators, o => term.AsSpan(i).StartsWith(o, StringComparison.Ordinal)) is { } found)
            {
                return (term[..i], found != "!=", term[(i + found.Length)..]);
            }
        }

        return null;
    }

    /// <returns>Null for a value that is not written as one.</returns>
    private static string? Unescape(string written)
    {
        var value = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] is ',' or '=')
            {
                return null;
            }

            if (written[i] == '\\' && (++i == written.Length || written[i] is not ('\\' or ',' or '=')))
            {
                return null;
            }

            value.Append(written[i]);
        }

        return value.ToString();
    }
}
