using System.Text;

namespace Tidegate.Tests.Fuzzing;

/// <summary>New inputs from old ones: bytes changed, pieces cut, copied and joined, tokens and lengths replaced.</summary>
/// <param name="corpus">May grow meanwhile.</param>
internal sealed class Mutations(Random random, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[] Special = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)',', (byte)':', (byte)' ', (byte)'\n'];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "\"metadata\":", "\"name\":", "\"namespace\":", "\"items\":", "\"rows\":", "\"object\":", "\"kind\":", "\"apiVersion\":", "\"type\":", "\"Table\"", "\"Status\"", "\"v1\"",
        "\"columnDefinitions\":", "\"remainingItemCount\":", "\"BOOKMARK\"", "\"ADDED\"", "\"meta.k8s.io/v1\"", "null", "[]", "{}", "\\u0061", "\\ud800", "1e999", "k8s\0", "PodList",
        "Status", "ADDED", "ERROR", "\n\u000b\n\u0004web1", "\u0012\u0007\n\u0005\n\u0003web",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>One more input.</summary>
    public byte[] Next()
    {
        var input = Any().ToList();
        for (var i = 1 + random.Next(4); i > 0; i--)
        {
            Mutate(input);
        }

        return [.. input];
    }

    private byte[] Any() => corpus[random.Next(corpus.Count)];

    private void Mutate(List<byte> input)
    {
        var place = random.Next(input.Count + 1);
        var length = Length(input.Count - place);
        switch (random.Next(11))
        {
            case 0 when place < input.Count:
                input[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when place < input.Count:
                input[place] = Special[random.Next(Special.Length)];
                break;
            case 2:
                input.RemoveRange(place, length);
                break;
            case 3:
                input.InsertRange(place, input.GetRange(place, length));
                break;
            case 4:
                input.RemoveRange(place, input.Count - place);
                break;
            case 5:
                Splice(input, place);
                break;
            case 6:
                input.InsertRange(place, Tokens[random.Next(Tokens.Length)]);
                break;
            case 7:
                ChangeNumber(input, place);
                break;
            case 8:
                SwapStructures(input);
                break;
            case 9:
                DuplicateStructure(input);
                break;
            case 10 when place < input.Count:
                // A length of protobuf, or a frame's: a little more or less.
                input[place] += (byte)(random.Next(7) - 3);
                break;
        }
    }

    /// <summary>Mostly short.</summary>
    private int Length(int atMost) => random.Next(1 + Math.Min(atMost, random.Next(3) == 0 ? atMost : 16));

    private void Splice(List<byte> input, int place)
    {
        var other = Any();
        var start = random.Next(other.Length + 1);
        input.InsertRange(place, other[start..(start + Length(other.Length - start))]);
    }

    private void ChangeNumber(List<byte> input, int place)
    {
        var start = input.FindIndex(place, b => b is >= (byte)'0' and <= (byte)'9');
        if (start >= 0)
        {
            input.RemoveAt(start);
            input.InsertRange(start, Encoding.ASCII.GetBytes(random.Next(3) switch { 0 => "-1", 1 => "99999999999999999999", _ => "0.5e7" }));
        }
    }

    private void SwapStructures(List<byte> input)
    {
        var (first, second) = (Structure(input), Structure(input));
        if (first.Start + first.Length <= second.Start)
        {
            var (left, right) = (input.GetRange(first.Start, first.Length), input.GetRange(second.Start, second.Length));
            input.RemoveRange(second.Start, second.Length);
            input.InsertRange(second.Start, left);
            input.RemoveRange(first.Start, first.Length);
            input.InsertRange(first.Start, right);
        }
    }

    private void DuplicateStructure(List<byte> input)
    {
        var (start, length) = Structure(input);
        if (length > 0)
        {
            input.InsertRange(start, [.. input.GetRange(start, length), .. random.Next(4) > 0 ? ","u8 : default]);
        }
    }

    /// <summary>An object or member of JSON, from a brace or quote to where its braces close.</summary>
    private (int Start, int Length) Structure(List<byte> input)
    {
        var start = input.FindIndex(random.Next(input.Count + 1), b => b is (byte)'{' or (byte)'"');
        var depth = 0;
        for (var i = Math.Max(start, 0); start >= 0 && i < input.Count; i++)
        {
            depth += input[i] switch { (byte)'{' or (byte)'[' => 1, (byte)'}' or (byte)']' => -1, _ => 0 };
            if (depth < 0 || (depth == 0 && input[start] == '"' && input[i] == ','))
            {
                return (start, i - start);
            }

            if (depth == 0 && input[start] == '{')
            {
                return (start, i + 1 - start);
            }
        }

        return (0, 0);
    }
}
