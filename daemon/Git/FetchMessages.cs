using System.Text.Json.Serialization;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>What the daemon asks of its fetch child: one line of JSON. Secrets appear as paths only.</summary>
internal sealed record FetchRequest
{
    public required GitRepositoryOptions Repository { get; init; }

    public required string MirrorPath { get; init; }

    /// <summary>Commits to find by name (<see cref="RevisionNames"/>); null to fetch what the options follow.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Milliseconds until a connection must stand.</summary>
    public required int ConnectTimeout { get; init; }

    /// <summary>Milliseconds that a server may stay silent.</summary>
    public required int IdleTimeout { get; init; }

    /// <summary>The number of packs above which the mirror is packed into one.</summary>
    public required int RepackAbove { get; init; }
}

/// <summary>What the child answers: one line of JSON, with either a revision or a failure.</summary>
internal sealed record FetchAnswer
{
    public Revision? Revision { get; init; }

    /// <summary>The commits of <see cref="FetchRequest.Names"/>, in the same order.</summary>
    public IReadOnlyList<Revision>? Named { get; init; }

    /// <summary>Whether the mirror named another commit before.</summary>
    public bool Changed { get; init; }

    public FetchFailure? Failure { get; init; }

    public string? Message { get; init; }

    /// <summary>What was wrong with the mirror that had to be given up, and where it is now.</summary>
    public string? Damage { get; init; }
}

/// <summary>Serialization code made at compile time: reflection would cost the short-lived child more than its work does.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(FetchRequest))]
[JsonSerializable(typeof(FetchAnswer))]
internal sealed partial class FetchMessages : JsonSerializerContext;
