using System.Buffers;
using System.Text.RegularExpressions;

namespace Tidegate.Yaml;

/// <summary>What an unquoted scalar may be taken for.</summary>
internal enum PlainKind
{
    Text,
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary><c>yes</c>, <c>no</c>, <c>on</c>, <c>off</c>: flags in YAML 1.1, texts in YAML 1.2.</summary>
    OldFlag,
    Number,
}

/// <summary>
/// Classifies unquoted scalars by the core schema of YAML 1.2 (10.3.2) and, for the traps, by the types of YAML 1.1. A place that needs a
/// text refuses everything else, so that <c>1.10</c> or <c>no</c> is never read one way here and another way by the next tool.
/// </summary>
internal static partial class PlainScalar
{
    private static readonly SearchValues<char> NumberStart = SearchValues.Create("+-.0123456789");

    public static PlainKind Classify(string value)
    {
        if (value.Length == 0)
        {
            return PlainKind.Null;
        }

        // The longest word below is "false"; most scalars are longer or start with another letter.
        if (value.Length <= 5 && Word(value) is { } kind)
        {
            return kind;
        }

        return NumberStart.Contains(value[0]) && value.Length <= 64 && Number().IsMatch(value) ? PlainKind.Number : PlainKind.Text;
    }

    private static PlainKind? Word(string value) => value switch
    {
        "~" or "null" or "Null" or "NULL" => PlainKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => PlainKind.Flag,
        "yes" or "Yes" or "YES" or "no" or "No" or "NO" or "on" or "On" or "ON" or "off" or "Off" or "OFF"
            or "y" or "Y" or "n" or "N" => PlainKind.OldFlag,
        _ => null,
    };

    [GeneratedRegex(
        @"\A[-+]?(?:0b[01_]+|0o[0-7]+|0x[0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+(?::[0-5]?[0-9])+|\.(?:inf|Inf|INF|nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
