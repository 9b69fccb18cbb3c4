using System.Text;

namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>Splits a command line into words, as a shell does with single quotes.</summary>
internal static class CommandWords
{
    public static string[] Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        (bool isQuoted, bool isWord) = (false, false);
        foreach (char c in line)
        {
            if (c == '\'')
            {
                (isQuoted, isWord) = (!isQuoted, true);
            }
            else if (c == ' ' && !isQuoted)
            {
                if (isWord)
                {
                    words.Add(word.ToString());
                }

                isWord = false;
                word.Clear();
            }
            else
            {
                isWord = true;
                word.Append(c);
            }
        }

        return isWord ? [.. words, word.ToString()] : [.. words];
    }
}
