using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tidegate.Labels;

/// <summary>
/// Durations as Go writes them (<c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>), because every duration in a teleport.yaml and in a
/// manifest has that form. The grammar, the order of the checks and the range (64 bits of nanoseconds) are those of
/// <see href="https://pkg.go.dev/time#ParseDuration">time.ParseDuration</see>. A <see cref="TimeSpan"/> counts steps of 100 ns,
/// so finer parts are cut off towards zero.
/// </summary>
internal static class GoDuration
{
    private const ulong Nanosecond = 1;
    private const ulong Microsecond = 1000 * Nanosecond;
    private const ulong Millisecond = 1000 * Microsecond;
    private const ulong Second = 1000 * Millisecond;
    private const ulong Minute = 60 * Second;
    private const ulong Hour = 60 * Minute;

    /// <summary>The magnitude of the smallest 64-bit integer; only a negative duration may reach it.</summary>
    private const ulong Limit = 1UL << 63;

    private const string Remedy = "write a number with a unit, such as 30s, 5m or 1h30m";

    /// <param name="error">What is wrong and how to write it, without a full stop; null on success.</param>
    public static bool TryParse(string text, out TimeSpan value, [NotNullWhen(false)] out string? error)
    {
        value = default;
        error = null;
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        // The one number that needs no unit.
        if (rest is "0")
        {
            return true;
        }

        var total = 0UL;
        error = rest.IsEmpty ? Invalid(text) : null;
        while (error is null && !rest.IsEmpty)
        {
            error = TakePart(text, ref rest, ref total);
        }

        if (error is null && total == Limit && !negative)
        {
            error = TooLong(text);
        }

        if (error is not null)
        {
            return false;
        }

        var nanoseconds = negative ? unchecked(-(long)total) : (long)total;
        value = TimeSpan.FromTicks(nanoseconds / 100);
        return true;
    }

    /// <summary>The shortest form that Go would print: <c>1h30m0s</c>, <c>1.5s</c>, <c>250ms</c>, <c>0s</c>.</summary>
    public static string ToString(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        if (value < TimeSpan.Zero)
        {
            text.Append('-');
        }

        // As decimal, because the magnitude of TimeSpan.MinValue is no TimeSpan.
        var seconds = Math.Abs((decimal)value.Ticks) / TimeSpan.TicksPerSecond;
        if (seconds < 1)
        {
            var (factor, unit) = seconds < 0.001m ? (1_000_000m, "µs") : (1_000m, "ms");
            return text.Append(Shortest(seconds * factor)).Append(unit).ToString();
        }

        var hours = decimal.Floor(seconds / 3600);
        var minutes = decimal.Floor(seconds / 60) % 60;
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes}m");
        }

        return text.Append(Shortest(seconds % 60)).Append('s').ToString();
    }

    /// <summary>Takes one number with its unit off the front of <paramref name="rest"/>.</summary>
    /// <returns>The error, or null.</returns>
    private static string? TakePart(string text, ref ReadOnlySpan<char> rest, ref ulong total)
    {
        var digits = CountDigits(rest);
        if (!TryWhole(rest[..digits], out var whole))
        {
            return TooLong(text);
        }

        rest = rest[digits..];
        var fraction = ReadOnlySpan<char>.Empty;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            var places = CountDigits(rest);
            fraction = rest[..places];
            rest = rest[places..];
        }

        if (digits == 0 && fraction.IsEmpty)
        {
            return Invalid(text);
        }

        var length = rest.IndexOfAny(".0123456789");
        var unitName = length < 0 ? rest : rest[..length];
        rest = rest[unitName.Length..];
        if (unitName.IsEmpty)
        {
            return $"{Quote(text)} has a number without a unit; {Remedy}";
        }

        if (UnitOf(unitName) is not { } unit)
        {
            return $"{Quote(text)} has the unknown unit {Quote(unitName.ToString())}; units are ns, us, ms, s, m and h";
        }

        return TryAdd(whole, fraction, unit, ref total) ? null : TooLong(text);
    }

    private static bool TryAdd(ulong whole, ReadOnlySpan<char> fraction, ulong unit, ref ulong total)
    {
        if (whole > Limit / unit)
        {
            return false;
        }

        var part = whole * unit;
        if (!fraction.IsEmpty)
        {
            var (value, scale) = Fraction(fraction);
            part += (ulong)(value * (unit / scale));
        }

        // Go adds before it compares, so that twice the limit wraps around to nothing there; here it is as long as it looks.
        if (part > Limit - total)
        {
            return false;
        }

        total += part;
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<char> digits, out ulong whole)
    {
        whole = 0;
        foreach (var digit in digits)
        {
            if (whole > Limit / 10)
            {
                return false;
            }

            whole = (whole * 10) + (ulong)(digit - '0');
            if (whole > Limit)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Digits behind the point; those that no longer fit 63 bits do not count, as in Go: they are finer than a <see cref="double"/>.</summary>
    private static (double Value, double Scale) Fraction(ReadOnlySpan<char> digits)
    {
        var value = 0UL;
        var scale = 1.0;
        foreach (var digit in digits)
        {
            if (value > Limit / 10)
            {
                break;
            }

            value = (value * 10) + (ulong)(digit - '0');
            scale *= 10;
        }

        return (value, scale);
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static ulong? UnitOf(ReadOnlySpan<char> name) => name switch
    {
        "ns" => Nanosecond,
        // The micro sign and the Greek letter are different characters.
        "us" or "\u00b5s" or "\u03bcs" => Microsecond,
        "ms" => Millisecond,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => null,
    };

    private static string Shortest(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Invalid(string text) => $"{Quote(text)} is not a duration; {Remedy}";

    private static string TooLong(string text) => $"{Quote(text)} is too long for a duration; the longest is about 2562047h";

    private static string Quote(string text) => $"\"{text}\"";
}
