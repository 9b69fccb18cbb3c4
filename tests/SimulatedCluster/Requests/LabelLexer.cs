namespace Tidegate.Simulation.Requests;

/// <summary>Cuts a label selector into its words and symbols, as the lexer of apimachinery's pkg/labels/selector.go does.</summary>
internal sealed class LabelLexer(string text)
{
    private static readonly string[] Symbols = [")", ",", "!", "==", ">", "<", "=", "!=", "("];

    private int position;

    /// <summary>All of a selector; the last one is the empty string, its end.</summary>
    public static List<string> Tokens(string text)
    {
        LabelLexer lexer = new(text);
        List<string> tokens = [];
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Length > 0);
        return tokens;
    }

    /// <summary>Whether a token is a name or a value and no symbol. The words <c>in</c> and <c>notin</c> are both.</summary>
    public static bool IsWord(string token) => token.Length > 0 && !IsSpecial(token[0]);

    private string Next()
    {
        while (position < text.Length && IsWhite(text[position]))
        {
            position++;
        }

        return position >= text.Length ? "" : IsSpecial(text[position]) ? Symbol() : Word();
    }

    private string Word()
    {
        int start = position;
        while (position < text.Length && !IsSpecial(text[position]) && !IsWhite(text[position]))
        {
            position++;
        }

        return text[start..position];
    }

    /// <summary>The longest run of symbol characters that is a symbol; a run that begins with none stays whole, and fits nowhere.</summary>
    private string Symbol()
    {
        int start = position;
        string last = "";
        while (position < text.Length && IsSpecial(text[position]))
        {
            string run = text[start..(position + 1)];
            if (Array.IndexOf(Symbols, run) >= 0)
            {
                last = run;
            }
            else if (last.Length > 0)
            {
                break;
            }

            position++;
        }

        return last.Length > 0 ? last : text[start..position];
    }

    private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static bool IsWhite(char c) => c is ' ' or '\t' or '\r' or '\n';
}
