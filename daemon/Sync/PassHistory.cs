using System.Text.Json;
using System.Text.Json.Serialization;
using Tidegate.State;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>Passes as the store keeps them.</summary>
internal static class PassHistory
{
    public static PassRecord Of(PassResult pass) => new(
        pass.StartedAt,
        pass.Duration,
        pass.Trigger,
        pass.Outcome.ToString(),
        pass.Revision?.Id,
        JsonSerializer.Serialize(
            new PassDetails(pass.Revision, pass.Plan.Changes, pass.Problems, pass.Error) { Notes = pass.Notes.Count > 0 ? pass.Notes : null, Held = HeldDetails.Of(pass.Held) },
            PassHistoryJson.Default.PassDetails));

    public static PassResult Of(PassRecord record)
    {
        var details = Details(record.Details);
        return new(
            Enum.TryParse<PassOutcome>(record.Outcome, out var outcome) ? outcome : PassOutcome.Rejected,
            record.Trigger,
            details.Revision,
            new(details.Changes),
            details.Problems,
            details.Error,
            record.StartedAt,
            record.Duration)
        {
            Notes = details.Notes ?? [],
            Held = details.Held?.Value,
        };
    }

    /// <summary>A record of another version is shown without what this one does not understand.</summary>
    private static PassDetails Details(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PassHistoryJson.Default.PassDetails) ?? PassDetails.None;
        }
        catch (JsonException)
        {
            return PassDetails.None;
        }
    }
}

/// <summary>What a pass did, for the history.</summary>
internal sealed record PassDetails(Revision? Revision, IReadOnlyList<Change> Changes, IReadOnlyList<Problem> Problems, string? Error)
{
    public static readonly PassDetails None = new(null, [], [], null);

    /// <summary>Null when there are none.</summary>
    public IReadOnlyList<PassNote>? Notes { get; init; }

    public HeldDetails? Held { get; init; }
}

/// <summary>How details are written.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PassDetails))]
internal sealed partial class PassHistoryJson : JsonSerializerContext;
