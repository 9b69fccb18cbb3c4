using System.Globalization;
using Tidegate.Labels;

namespace Tidegate.Patterns;

/// <summary>Reads a pattern that compiled into a tree; what is no valid expression never comes here.</summary>
internal sealed class ExpressionReader
{
    // The tree is walked by functions that call themselves.
    private const int MaxDepth = 200;

    private readonly Re2Cursor cursor;
    private readonly Re2Repetition repetition = new();
    private readonly Stack<Group> outer = new();
    private Group group = new(false, false);

    private ExpressionReader(string expression) => cursor = new(expression);

    /// <summary>Reads a pattern.</summary>
    /// <returns>Null when it is nested too deeply, or holds characters that take two places in .NET.</returns>
    public static ExpressionNode? Read(LabelPattern pattern)
    {
        var text = pattern.Text;
        if (text.Any(char.IsSurrogate))
        {
            return null;
        }

        return text is ['^', .., '$'] ? new ExpressionReader(text).Run() : Glob(text);
    }

    private static ExpressionNode.Sequence Glob(string text) =>
        new([.. text.Select(c => c == '*' ? (ExpressionNode)new ExpressionNode.Repeat(Letter(CharacterTest.Any), 0, null) : Letter(CharacterTest.Exactly(c, false)))]);

    private static ExpressionNode.Letter Letter(CharacterTest test) => new(test);

    private ExpressionNode? Run()
    {
        while (!cursor.AtEnd)
        {
            switch (cursor.Current)
            {
                case '(':
                    Open();
                    break;
                case ')':
                    cursor.Skip(1);
                    var closed = group.Close();
                    group = outer.Pop();
                    group.Parts.Add(closed);
                    break;
                case '|':
                    cursor.Skip(1);
                    group.Bar();
                    break;
                case '*' or '+' or '?' or '{' when Operation() is { } operation:
                    Repeat(operation);
                    break;
                default:
                    Atom();
                    break;
            }

            if (outer.Count > MaxDepth)
            {
                return null;
            }
        }

        return group.Close();
    }

    private string? Operation()
    {
        repetition.Atom();
        return repetition.Read(cursor);
    }

    private void Repeat(string operation)
    {
        if (cursor.Current == '?')
        {
            // Which repetition is preferred changes what is captured, not what matches.
            cursor.Skip(1);
        }

        var (least, most) = operation switch
        {
            "*" => (0, null),
            "+" => (1, null),
            "?" => (0, 1),
            _ => Counts(operation.Trim('{', '}').Split(',')),
        };
        group.Parts[^1] = new ExpressionNode.Repeat(group.Parts[^1], least, most);
    }

    private static (int Least, int? Most) Counts(string[] counts)
    {
        var least = int.Parse(counts[0], CultureInfo.InvariantCulture);
        return counts switch
        {
            [_] => (least, least),
            [_, ""] => (least, null),
            _ => (least, int.Parse(counts[1], CultureInfo.InvariantCulture)),
        };
    }

    private void Atom()
    {
        var c = cursor.Current;
        switch (c)
        {
            case '\\':
                Escape();
                return;
            case '[':
                Class(Re2Class.Read(cursor));
                return;
        }

        cursor.Skip(1);
        switch (c)
        {
            case '^' or '$':
                group.Parts.Add(new ExpressionNode.Edge(c == '^'));
                break;
            case '.':
                Class(group.DotAll ? @"[\s\S]" : @"[^\n]");
                break;
            default:
                Character(c);
                break;
        }
    }

    private void Escape()
    {
        if (Re2Class.Perl(cursor) is { } perl)
        {
            Class(perl);
            return;
        }

        switch (cursor.At(1))
        {
            case var c and ('A' or 'z'):
                cursor.Skip(2);
                group.Parts.Add(new ExpressionNode.Edge(c == 'A'));
                break;
            case 'Q':
                foreach (var c in cursor.Between(2, @"\E") ?? cursor.Rest(2))
                {
                    Character(c);
                }

                break;
            case 'p' or 'P':
                Class(cursor.Property());
                break;
            default:
                Character(cursor.EscapedCharacter());
                break;
        }
    }

    private void Character(char c) => group.Parts.Add(Letter(CharacterTest.Exactly(c, group.IgnoreCase)));

    private void Class(string text) => group.Parts.Add(Letter(CharacterTest.OfClass(text, group.IgnoreCase)));

    private void Open()
    {
        var inner = new Group(group.IgnoreCase, group.DotAll);
        if (cursor.At(1) != '?')
        {
            cursor.Skip(1);
        }
        else if (cursor.At(2) is 'P' or '<')
        {
            cursor.Between(2, ">");
        }
        else if (Flags(inner))
        {
            // (?i) opens nothing: it holds to the end of the group that it stands in.
            (group.IgnoreCase, group.DotAll) = (inner.IgnoreCase, inner.DotAll);
            return;
        }

        outer.Push(group);
        group = inner;
    }

    /// <summary><c>(?i)</c>, <c>(?s-i:</c>, <c>(?:</c>; moves past it.</summary>
    /// <returns>Whether it ends at once.</returns>
    private bool Flags(Group inner)
    {
        cursor.Skip(2);
        for (var on = true; cursor.Current is not (':' or ')'); cursor.Skip(1))
        {
            switch (cursor.Current)
            {
                case 'i':
                    inner.IgnoreCase = on;
                    break;
                case 's':
                    inner.DotAll = on;
                    break;
                default:
                    on = false;
                    break;
            }
        }

        var closed = cursor.Current == ')';
        cursor.Skip(1);
        return closed;
    }

    /// <summary>An open group: the sides of its bars so far, and the flags that hold at this point.</summary>
    private sealed class Group(bool ignoreCase, bool dotAll)
    {
        private readonly List<ExpressionNode> sides = [];

        public List<ExpressionNode> Parts { get; private set; } = [];

        public bool IgnoreCase { get; set; } = ignoreCase;

        public bool DotAll { get; set; } = dotAll;

        public void Bar()
        {
            sides.Add(new ExpressionNode.Sequence(Parts));
            Parts = [];
        }

        public ExpressionNode Close()
        {
            Bar();
            return sides is [var only] ? only : new ExpressionNode.Choice(sides);
        }
    }
}
