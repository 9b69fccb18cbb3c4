using System.Text.Json;
using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>
/// A collection that several roles show parts of, each with its own groups: asks the cluster which of them may read the whole collection there, and leaves those.
/// Whatever is shown then is what one role shows and its own groups may read; with all groups together, one role would show what only another one's groups may read.
/// </summary>
internal sealed class CollectionParts(TimeProvider time)
{
    private const int MostKept = 10_000;

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock access = new();
    private readonly Dictionary<Question, (Task<bool> Allowed, DateTimeOffset Until)> answers = [];

    /// <summary>The decision to go on with: one principal that the cluster lets read the collection, and the filter of every role for which that holds.</summary>
    /// <param name="request">The request that the decision is about.</param>
    public async ValueTask<AccessAllowed> NarrowAsync(UpstreamCluster cluster, RequestInfo request, AccessAllowed decision, CancellationToken cancellationToken)
    {
        if (decision.Parts.Count == 0)
        {
            return decision;
        }

        // Objects that are to be deleted are listed first.
        var reading = request.Verb == "deletecollection" ? request with { Verb = "list" } : request;
        var open = new List<AccessAllowed>();
        foreach (var part in decision.Parts)
        {
            if (await MayAsync(cluster, reading, part.Principal, cancellationToken))
            {
                open.Add(part);
            }
        }

        if (open.Count == 0)
        {
            // The cluster refuses each by itself; its own answer says why.
            return decision.Parts[0];
        }

        var isOneUser = open.All(p => p.Principal.User == open[0].Principal.User);
        var principal = isOneUser ? open[0].Principal with { Groups = [.. open.SelectMany(p => p.Principal.Groups).Distinct().Order(StringComparer.Ordinal)] } : open[0].Principal;
        return open[0] with { Principal = principal, Filter = RequestDecision.Union(open), Explanation = decision.Explanation };
    }

    private async Task<bool> MayAsync(UpstreamCluster cluster, RequestInfo request, Principal principal, CancellationToken cancellationToken)
    {
        var question = new Question(cluster, principal, request.Verb, request.ApiGroup, request.Resource, request.Namespace, request.Name);
        Task<bool> answer;
        lock (access)
        {
            var now = time.GetUtcNow();
            if (answers.TryGetValue(question, out var known) && now < known.Until)
            {
                answer = known.Allowed;
            }
            else
            {
                if (answers.Count >= MostKept)
                {
                    answers.Clear();
                }

                // Whoever asks the same meanwhile waits for this one, so that it must not end with the request that began it.
                answer = Task.Run(() => AskAsync(question, request), CancellationToken.None);
                answers[question] = (answer, now + Kept);
            }
        }

        return await answer.WaitAsync(cancellationToken);
    }

    private async Task<bool> AskAsync(Question question, RequestInfo request)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            return await SelfAccessReview.MayAsync(question.Cluster, question.Principal, request, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or OperationCanceledException)
        {
            // Who cannot be asked says no, and what follows will say what is wrong with the cluster. The next request asks again.
            lock (access)
            {
                answers.Remove(question);
            }

            return false;
        }
    }

    private sealed record Question(UpstreamCluster Cluster, Principal Principal, string Verb, string Group, string Resource, string Namespace, string Name);
}
