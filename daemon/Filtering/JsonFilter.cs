using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Walks over JSON values as their bytes arrive and tells a filter of the values that have a role. Every byte is read once, and goes to the client as it came.
/// </summary>
internal abstract class JsonFilter(ObjectVisibility shows, JsonRole root) : AnswerFilter(shows)
{
    /// <summary>Custom resources nest as deep as their authors like.</summary>
    private const int MaxDepth = 1000;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private readonly JsonRole[] containers = new JsonRole[JsonRoles.Deepest];

    private JsonReaderState state = new(ReaderOptions);
    private JsonText text;
    private JsonRole member;
    private int deepest;
    private long position;

    /// <summary>The place behind the last token that had a role or stood beside one.</summary>
    protected long LastEnd { get; private set; }

    /// <summary>Whether a value has begun and not ended.</summary>
    protected bool IsInside { get; private set; }

    /// <summary>Passes over white space between values.</summary>
    /// <returns>The place of the next value's first byte, or of the end of what has arrived.</returns>
    protected long SkipSpace(AnswerWindow window)
    {
        var rest = window.From(position);
        var space = rest.IndexOfAnyExcept(" \t\r\n"u8);
        position += space < 0 ? rest.Length : space;
        return position;
    }

    /// <summary>Goes on in the value, or begins one.</summary>
    /// <returns>Whether the value has ended.</returns>
    protected bool Walk(AnswerWindow window)
    {
        var rest = window.From(position);
        if (!IsInside)
        {
            state = new JsonReaderState(ReaderOptions);
            deepest = 0;
            LastEnd = position;
            IsInside = true;
        }
        else if (!text.IsReady(rest))
        {
            return false;
        }

        var reader = new Utf8JsonReader(rest, isFinalBlock: false, state);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth > deepest)
                {
                    continue;
                }

                Token(ref reader, window);
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    position += reader.BytesConsumed;
                    IsInside = false;
                    return true;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // An invalid operation is a text with half a surrogate pair.
            throw new UnfilterableAnswerException($"the cluster's answer is not JSON that can be read: {e.Message}", e);
        }

        position += reader.BytesConsumed;
        state = reader.CurrentState;
        text.Stopped(rest[(int)reader.BytesConsumed..]);
        return false;
    }

    /// <summary>A member with a role, or beside such members, is named; its value follows.</summary>
    /// <param name="start">The place of the name's quote; what lies between <see cref="LastEnd"/> and it is white space and perhaps a comma.</param>
    protected abstract void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window);

    /// <summary>An object or array with a role begins, or one that stands beside such.</summary>
    protected abstract void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window);

    /// <summary>A number, text, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    protected abstract void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window);

    /// <summary>What <see cref="Begin"/> told of ends.</summary>
    protected abstract void End(JsonRole role, long end, AnswerWindow window);

    private void Token(ref Utf8JsonReader reader, AnswerWindow window)
    {
        var depth = reader.CurrentDepth;
        var start = position + reader.TokenStartIndex;
        var end = position + reader.BytesConsumed;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                member = JsonRoles.Member(containers[depth - 1], ref reader);
                Name(member, containers[depth - 1], start, window);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var isArray = reader.TokenType == JsonTokenType.StartArray;
                var role = RoleAt(depth);
                var fits = isArray ? JsonRoles.IsArray(role) : JsonRoles.IsObject(role);
                containers[depth] = role;
                deepest = fits ? depth + 1 : depth;
                Begin(role, reader.TokenType, start, end, window);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                deepest = depth;
                End(containers[depth], end, window);
                break;
            default:
                Scalar(RoleAt(depth), ref reader, start, end, window);
                break;
        }

        LastEnd = end;
    }

    private JsonRole RoleAt(int depth) => depth == 0 ? root
        : JsonRoles.IsArray(containers[depth - 1]) ? JsonRoles.Element(containers[depth - 1])
        : member;
}
