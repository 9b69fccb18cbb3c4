using System.Collections.Frozen;
using Tidegate.Access;
using Tidegate.Labels;
using Tidegate.Schema;
using Tidegate.State;
using Tidegate.Upstream;

namespace Tidegate.Registry;

/// <summary>
/// The one place where the half that writes and the half that reads meet: a reference to an immutable snapshot, swapped whole. Nobody
/// locks, nobody sees half a change, and a request keeps what it started with.
/// </summary>
internal sealed class ClusterRegistry
{
    private readonly System.Threading.Lock applying = new();
    private readonly TimeProvider time;
    private readonly ILogger<ClusterSchema> schemaLogger;
    private volatile RegistrySnapshot current;
    private RegistryOptions options;
    private UpstreamOptions upstreamOptions;

    public ClusterRegistry(RegistryOptions options, UpstreamOptions upstreamOptions, TimeProvider time, ILogger<ClusterSchema> schemaLogger)
    {
        this.options = options;
        this.upstreamOptions = upstreamOptions;
        this.time = time;
        this.schemaLogger = schemaLogger;
        current = new(DesiredState.Empty, FrozenDictionary<string, RegisteredCluster>.Empty, PolicyOf(DesiredState.Empty));
    }

    /// <summary>Raised after a swap, on the thread that applied it; handlers must not block.</summary>
    public event Action<RegistrySnapshot>? Applied;

    public RegistrySnapshot Current => current;

    /// <summary>Puts a state in force. Clusters whose credential did not change keep their connections.</summary>
    public void Apply(DesiredState state)
    {
        RegistrySnapshot next;
        lock (applying)
        {
            var clusters = new Dictionary<string, RegisteredCluster>(state.Clusters.Count, StringComparer.Ordinal);
            foreach (var (name, definition) in state.Clusters)
            {
                clusters[name] = Register(definition, current.Clusters.GetValueOrDefault(name));
            }

            next = new(state, clusters.ToFrozenDictionary(StringComparer.Ordinal), PolicyOf(state));
            current = next;
        }

        Applied?.Invoke(next);
    }

    /// <summary>Takes over changed options of a reloaded configuration and applies the state in force again with them.</summary>
    /// <param name="upstream">Clusters get new connections where these options changed.</param>
    public void Reconfigure(RegistryOptions changed, UpstreamOptions upstream)
    {
        lock (applying)
        {
            options = changed;
            upstreamOptions = upstream;
        }

        Apply(current.State);
    }

    /// <summary>The access rules of any state, as they would be with the options in force.</summary>
    public StatePolicy Evaluate(DesiredState state) => new(
        state, PolicyOf(state), state.Clusters.ToDictionary(c => c.Key, c => c.Value.Labels.With(options.Labels), StringComparer.Ordinal));

    private RegisteredCluster Register(KubeCluster definition, RegisteredCluster? before)
    {
        var labels = definition.Labels.With(options.Labels);
        if (before is not null && ReferenceEquals(before.Definition, definition) && before.Labels.Equals(labels) && before.Upstream.Options.Equals(upstreamOptions))
        {
            return before;
        }

        if (before?.Upstream.Credential.Equals(definition.Credential) == true && before.Upstream.Options.Equals(upstreamOptions))
        {
            return before with { Definition = definition, Labels = labels };
        }

        var upstream = new UpstreamCluster(definition.Credential, upstreamOptions, time);
        return new(definition, labels, upstream, new(definition.Name, upstream, time, schemaLogger));
    }

    /// <summary>The policy looks at the clock itself, so it also has what has expired.</summary>
    private AccessPolicy PolicyOf(DesiredState state) =>
        new(
            state.WithExpired(state.Roles),
            state.WithExpired(state.Users),
            state.WithExpired(state.Connectors).Values,
            state.WithExpired(state.Locks).Values.Concat(state.Unstored),
            options.AllowSystemPrincipals);
}

/// <summary>What the configuration adds to the repository's state.</summary>
/// <param name="Labels">Laid over every cluster's labels for role matching (<c>kubernetes_service.labels</c>).</param>
/// <param name="AllowSystemPrincipals">Users and groups beginning with <c>system:</c> that roles may grant.</param>
internal sealed record RegistryOptions(LabelSet Labels, IReadOnlyCollection<string> AllowSystemPrincipals);
