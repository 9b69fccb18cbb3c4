using System.Buffers;
using System.Text;

namespace Tidegate.Yaml;

/// <summary>Decodes the bytes of a file and refuses what no honest YAML or JSON text holds.</summary>
internal static class YamlText
{
    /// <summary>A manifest is a few kilobytes; a mebibyte leaves room for a file of many.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Control characters but tab, line feed and carriage return; the line breaks that only YAML 1.1 knows; the byte-order mark inside the
    /// text; and the marks that change the direction of writing, by which a line can look different from what it says.
    /// </summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
    [
        .. Characters(0, 8), '\u000b', '\u000c', .. Characters(0x0e, 0x1f), .. Characters(0x7f, 0x9f),
        .. Characters(0x2028, 0x202e), .. Characters(0x2066, 0x2069), '\ufeff', '\ufffe', '\uffff',
    ]);

    private static ReadOnlySpan<byte> LfsPointer => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>The text without byte-order mark and with line feeds only; null with the reason and, when known, the place.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, out string error, out Place place)
    {
        if (bytes.Length <= MaxBytes)
        {
            return DecodeAny(bytes, out error, out place);
        }

        (error, place) = ($"the file has {bytes.Length} bytes, more than the {MaxBytes} that a manifest file may have: split it", new Place(0, 0));
        return null;
    }

    /// <summary>As <see cref="Decode"/>, of any length, for a text whose length was looked at.</summary>
    public static string? DecodeAny(ReadOnlySpan<byte> bytes, out string error, out Place place)
    {
        (error, place) = ("", new Place(0, 0));
        if (bytes.StartsWith(LfsPointer))
        {
            error = "this is a Git LFS pointer, not the file itself: store manifests in git directly";
            return null;
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            place = new Place(1 + bytes[..Math.Max(0, e.Index)].Count((byte)'\n'), 0);
            error = "the file is not UTF-8: save it with that encoding";
            return null;
        }

        return Clean(text, out error, out place);
    }

    private static string? Clean(string text, out string error, out Place place)
    {
        (error, place) = ("", new Place(0, 0));
        if (text.Contains('\r'))
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        }

        var bad = text.AsSpan().IndexOfAny(Forbidden);
        if (bad < 0)
        {
            return text;
        }

        var before = text.AsSpan(0, bad);
        place = new Place(1 + before.Count('\n'), bad - before.LastIndexOf('\n'));
        error = $"the character U+{(int)text[bad]:X4} may not stand in a manifest: remove it";
        return null;
    }

    private static IEnumerable<char> Characters(int first, int last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
