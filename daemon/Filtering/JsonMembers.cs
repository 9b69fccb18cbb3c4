using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// The members of a list's outermost object while the walk is in it: which go to the client, which wait behind the items, which are left out.
/// </summary>
internal sealed class JsonMembers
{
    private List<byte>? heldBack;
    private int closing = -1;
    private string? kind;
    private string? apiVersion;
    private bool twoKinds;
    private bool keptOne;
    private bool leavesOut;
    private long separatorStart;
    private long memberStart;

    /// <summary>Whether the walk is in a member whose fate is open, or that is left out: nothing is decided before its end.</summary>
    public bool IsOpen { get; private set; }

    public long ValueStart { get; set; }

    /// <summary>Whether what has been read says that it is a <c>Status</c>.</summary>
    public bool IsStatus => kind == "Status" && apiVersion == "v1" && !twoKinds;

    /// <summary>A member is named.</summary>
    /// <param name="lastEnd">Where what separates it from its predecessor begins.</param>
    public void Begin(JsonRole role, long lastEnd, long start, AnswerWindow window)
    {
        (separatorStart, memberStart) = (lastEnd, start);
        Keep(lastEnd, window);

        // What only a Status has is one's when it has said so before.
        leavesOut = role == JsonRole.None || (role == JsonRole.StatusMember && kind != "Status");
        IsOpen = leavesOut || role == JsonRole.ListMetadata;
        if (!IsOpen)
        {
            KeepSeparator(window);
        }
    }

    /// <summary>The value of a member that has no further part in it ends.</summary>
    public void End(long end, AnswerWindow window)
    {
        if (leavesOut)
        {
            window.Drop(end);
            (IsOpen, leavesOut) = (false, false);
        }
    }

    /// <summary>The list's <c>metadata</c> ends.</summary>
    /// <param name="told">What of it is told; null: it comes at the list's end.</param>
    public void EndMetadata(ListHead? told, long end, AnswerWindow window)
    {
        IsOpen = false;
        if (told is not null)
        {
            KeepSeparator(window);
            Keep(told.IsPlain ? end : ValueStart, window);
            if (!told.IsPlain)
            {
                Insert(told.Write(""), window);
            }
        }

        window.Drop(end);
    }

    /// <param name="reader">Stands at the value.</param>
    public void Type(JsonRole role, ref Utf8JsonReader reader)
    {
        var value = reader.TokenType == JsonTokenType.String ? reader.GetString() : "";
        ref var known = ref role == JsonRole.Kind ? ref kind : ref apiVersion;
        twoKinds |= known is not null;
        known = value;
    }

    /// <summary>What lies between the last decision and <paramref name="end"/> goes to the client, at once or at the list's end.</summary>
    public void Keep(long end, AnswerWindow window)
    {
        if (heldBack is null)
        {
            window.Keep(end);
        }
        else
        {
            heldBack.AddRange(window.Between(window.Decided, end));
            window.Drop(end);
        }
    }

    /// <summary>From here on everything waits for <see cref="Release"/>.</summary>
    public void HoldBack() => heldBack ??= [];

    /// <summary>What follows is the end of the outermost object.</summary>
    public void Close()
    {
        HoldBack();
        closing = heldBack!.Count;
    }

    /// <summary>Gives what was held back.</summary>
    /// <param name="last">A last member with its comma; empty: none.</param>
    public void Release(byte[] last, AnswerWindow window)
    {
        if (heldBack is { } held)
        {
            heldBack = null;
            window.Insert((byte[])[.. held[..closing], .. last, .. held[closing..]]);
        }
    }

    private void Insert(byte[] bytes, AnswerWindow window)
    {
        if (heldBack is null)
        {
            window.Insert(bytes);
        }
        else
        {
            heldBack.AddRange(bytes);
        }
    }

    /// <summary>Keeps what stands before a member, without its comma when all its predecessors were left out.</summary>
    private void KeepSeparator(AnswerWindow window)
    {
        var comma = keptOne ? -1 : window.Between(separatorStart, memberStart).IndexOf((byte)',');
        if (comma >= 0)
        {
            Keep(separatorStart + comma, window);
            window.Drop(separatorStart + comma + 1);
        }

        Keep(memberStart, window);
        keptOne = true;
    }
}
