using Microsoft.AspNetCore.WebUtilities;

namespace Tidegate.Metrics;

/// <summary>
/// The values of the labels <c>method</c> and <c>code</c>. Clients choose methods and clusters choose codes, so both come from closed lists: what is
/// not known shares one value. Methods are in lower case, as in the original.
/// </summary>
internal static class HttpLabels
{
    /// <summary>The values of <c>method</c>, by index.</summary>
    public static readonly IReadOnlyList<string> Methods = ["get", "post", "put", "patch", "delete", "head", "options", "connect", "other"];

    private const int HighestCode = 599;

    private static readonly string[] CodeNames = NamesOfCodes();

    private static readonly byte[] Slots = [.. Enumerable.Range(0, HighestCode + 1).Select(c => (byte)Array.IndexOf(CodeNames, NameOf(c)))];

    /// <summary>The values of <c>code</c>, by index: registered statuses, <c>0</c>, and a class for each hundred of the others.</summary>
    public static IReadOnlyList<string> Codes => CodeNames;

    /// <summary>Index into <see cref="Methods"/>. Case matters, as it does in HTTP.</summary>
    public static int IndexOfMethod(string method) => method switch
    {
        "GET" => 0,
        "POST" => 1,
        "PUT" => 2,
        "PATCH" => 3,
        "DELETE" => 4,
        "HEAD" => 5,
        "OPTIONS" => 6,
        "CONNECT" => 7,
        _ => 8,
    };

    /// <summary>Index into <see cref="Codes"/>.</summary>
    public static int IndexOfCode(int code) => code is >= 0 and <= HighestCode ? Slots[code] : CodeNames.Length - 1;

    private static string[] NamesOfCodes() => [.. Enumerable.Range(0, HighestCode + 1).Select(NameOf).Distinct().Where(n => n != "other"), "other"];

    private static string NameOf(int code) => code switch
    {
        0 => "0",
        < 100 => "other",
        _ when ReasonPhrases.GetReasonPhrase(code).Length > 0 => code.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => $"{code / 100}xx",
    };
}
