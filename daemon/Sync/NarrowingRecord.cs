using System.Text.Json;
using System.Text.Json.Serialization;
using Tidegate.State;
using Tidegate.Store;

namespace Tidegate.Sync;

/// <summary>A <see cref="Narrowing"/> as the reserved file has it.</summary>
/// <param name="Sequence">The number of the state that is narrower; a stored state of that number or a later one says all of it.</param>
/// <param name="RevisionId">Its commit.</param>
internal sealed record NarrowingRecord(long Sequence, string RevisionId, bool RefusesAll, IReadOnlyList<NarrowingEntry> Locks)
{
    /// <summary>One that does not fit refuses everything.</summary>
    public static byte[] Of(long sequence, DesiredState state, Narrowing narrowing)
    {
        var revision = state.Revision?.Id ?? "";
        var record = new NarrowingRecord(
            sequence, revision, narrowing.RefusesAll, [.. narrowing.Locks.Select(l => new NarrowingEntry(l.Name, l.Target, l.Message, l.Expires, l.Origin.Rule))]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(record, NarrowingJson.Default.NarrowingRecord);
        return bytes.Length <= ReservedFile.Capacity
            ? bytes
            : JsonSerializer.SerializeToUtf8Bytes(new(sequence, revision, RefusesAll: true, []), NarrowingJson.Default.NarrowingRecord);
    }

    /// <summary>Null when there is none; one that cannot be read is newer than everything and refuses everything.</summary>
    public static NarrowingRecord? Read(ReservedFile file)
    {
        try
        {
            var bytes = file.Read(out var isDamaged);
            return isDamaged ? Unreadable : bytes.Length == 0 ? null : JsonSerializer.Deserialize(bytes, NarrowingJson.Default.NarrowingRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return Unreadable;
        }
    }

    /// <summary>The number that comes next when this one's is not known.</summary>
    public bool IsUnreadable => Sequence == long.MaxValue;

    [JsonIgnore]
    public Narrowing Value => new([.. Locks.Select(l => l.Lock(RevisionId))], RefusesAll);

    private static NarrowingRecord Unreadable => new(long.MaxValue, "", RefusesAll: true, []);
}

/// <param name="Rule">Where the lock was written.</param>
internal sealed record NarrowingEntry(string Name, LockTarget Target, string Message, DateTimeOffset? Expires, string Rule)
{
    public State.Lock Lock(string revision) => new(Name, Target, Message, new(Rule, 0, revision)) { Expires = Expires };
}

/// <summary>How records are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NarrowingRecord))]
internal sealed partial class NarrowingJson : JsonSerializerContext;
