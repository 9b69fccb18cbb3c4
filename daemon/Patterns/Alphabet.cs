namespace Tidegate.Patterns;

/// <summary>
/// The characters that names are made of, those first that people would choose: printable ASCII, one character for everything beyond, and what patterns name.
/// Control characters stand in no name of an object.
/// </summary>
internal static class Alphabet
{
    private const string Preferred = "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ._";
    private const char Beyond = 'ü';

    private static readonly string Base =
        Preferred + string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => !Preferred.Contains(c, StringComparison.Ordinal))) + Beyond;

    /// <param name="named">Characters that patterns name.</param>
    public static IEnumerable<char> With(IEnumerable<char> named) =>
        Base.Concat(named.Where(c => !char.IsAscii(c) && !char.IsControl(c) && !char.IsSurrogate(c)).Order()).Distinct();
}
