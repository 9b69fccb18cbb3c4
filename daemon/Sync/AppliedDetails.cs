using System.Text.Json;
using System.Text.Json.Serialization;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>What the store keeps of a state beside its files: that which no file says.</summary>
/// <param name="Held">What waits for a confirmation; null for nothing.</param>
/// <param name="Kept">See <see cref="DesiredState.Kept"/>.</param>
internal sealed record AppliedDetails(HeldDetails? Held, IReadOnlyList<ResourceId> Kept)
{
    /// <summary>Counts the states that were put in force.</summary>
    public long Sequence { get; init; }

    /// <summary>Names of roles of which only what restricts access stays.</summary>
    public IReadOnlyList<string> RestrictingRoles { get; init; } = [];

    public static string Of(DesiredState state, long sequence)
    {
        var details = new AppliedDetails(
            HeldDetails.Of(state.Held), [.. state.Kept.OrderBy(k => k.Kind, StringComparer.Ordinal).ThenBy(k => k.Name, StringComparer.Ordinal)])
        {
            Sequence = sequence,
            RestrictingRoles = [.. Staying.Restricting(state, Restrictions.IsAll).Select(r => r.Name).Order(StringComparer.Ordinal)],
        };
        return JsonSerializer.Serialize(details, AppliedDetailsJson.Default.AppliedDetails);
    }

    /// <param name="json">Null for a state that a version without details stored.</param>
    public static long SequenceOf(string? json) => json is null ? 0 : JsonSerializer.Deserialize(json, AppliedDetailsJson.Default.AppliedDetails)?.Sequence ?? 0;

    /// <param name="json">Null for a state that a version without details stored.</param>
    public static Staying Read(string? json)
    {
        if (json is null || JsonSerializer.Deserialize(json, AppliedDetailsJson.Default.AppliedDetails) is not { } details)
        {
            return Staying.Nothing;
        }

        var held = details.Held?.Value;
        return new(held, [.. details.Kept.Concat(held?.Resources ?? []).Distinct()])
        {
            RestrictsOnly = [.. (details.RestrictingRoles ?? []).Select(r => new ResourceId(ResourceKind.Role, r))],
        };
    }
}

/// <summary>A <see cref="HeldRemoval"/> as the store and the history have it.</summary>
internal sealed record HeldDetails(Revision Revision, IReadOnlyList<ResourceId> Resources, string Reason)
{
    [JsonIgnore]
    public HeldRemoval Value => new(Revision, [.. Resources], Reason);

    public static HeldDetails? Of(HeldRemoval? held) => held is null ? null : new(held.Revision, held.Resources, held.Reason);
}

/// <summary>How details are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AppliedDetails))]
internal sealed partial class AppliedDetailsJson : JsonSerializerContext;
