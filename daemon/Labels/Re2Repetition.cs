using System.Globalization;

namespace Tidegate.Labels;

/// <summary>
/// RE2's rules for <c>*</c>, <c>+</c>, <c>?</c> and <c>{n,m}</c>: they follow something, not each other, and nested ones multiplied stay within a bound,
/// because what it takes to run an expression grows with it.
/// </summary>
internal sealed class Re2Repetition
{
    private const int MaxRepeat = 1000;

    private readonly Stack<int> outer = new();

    // The highest product of repetitions in the open group, and in what was read last.
    private int groupWeight = 1;
    private int lastWeight = 1;
    private Before before = Before.Nothing;

    private enum Before
    {
        Nothing,
        Atom,
        Repetition,
        LazyRepetition,
    }

    public int Depth => outer.Count;

    public void Atom()
    {
        before = Before.Atom;
        lastWeight = 1;
    }

    /// <summary>Behind a bar or a flag: there is nothing to repeat.</summary>
    public void Separator() => before = Before.Nothing;

    public void Open()
    {
        outer.Push(groupWeight);
        groupWeight = 1;
        before = Before.Nothing;
    }

    public void Close()
    {
        if (!outer.TryPop(out var weight))
        {
            throw new FormatException("unexpected )");
        }

        lastWeight = groupWeight;
        groupWeight = Math.Max(weight, groupWeight);
        before = Before.Atom;
    }

    /// <summary>Reads an operator and moves past it; null, and no move, when the cursor is at a brace that is only a character.</summary>
    public string? Read(Re2Cursor cursor)
    {
        if (cursor.Current != '{')
        {
            var single = cursor.Current.ToString();
            cursor.Skip(1);
            Follow(single);
            return single;
        }

        var length = 1;
        while (char.IsAsciiDigit(cursor.At(length)) || cursor.At(length) == ',')
        {
            length++;
        }

        var text = string.Concat(Enumerable.Range(0, length + 1).Select(cursor.At));
        var counts = text.Trim('{', '}').Split(',');
        if (text[^1] != '}' || counts.Length > 2 || counts[0].Length == 0)
        {
            return null;
        }

        cursor.Skip(length + 1);
        Follow(text);
        Count(text, Number(text, counts[0]), counts is [_, { Length: > 0 } most] ? Number(text, most) : null);
        return text;
    }

    private static int Number(string text, string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxRepeat
            ? number
            : throw new FormatException($"invalid repeat count {text}: at most {MaxRepeat}");

    private void Follow(string operation)
    {
        before = before switch
        {
            Before.Nothing => throw new FormatException($"missing argument to repetition operator: {operation}"),
            Before.Atom => Before.Repetition,
            Before.Repetition when operation == "?" => Before.LazyRepetition,
            _ => throw new FormatException($"invalid nested repetition operator: {operation}"),
        };
    }

    private void Count(string text, int least, int? most)
    {
        if (most < least)
        {
            throw new FormatException($"invalid repeat count {text}: the second is less than the first");
        }

        lastWeight *= Math.Max(1, most ?? least);
        if (lastWeight > MaxRepeat)
        {
            throw new FormatException($"invalid repeat count {text}: nested repetitions come to more than {MaxRepeat}");
        }

        groupWeight = Math.Max(groupWeight, lastWeight);
    }
}
