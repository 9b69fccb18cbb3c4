using System.Net;
using System.Text.Json.Nodes;
using Tidegate.Access;
using Tidegate.Encodings;
using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>
/// What people ask about themselves, <c>kubectl auth can-i</c>: answered by the rules that decide requests, and then, where those say yes, by the cluster, as the very principal
/// that such a request would be made as. Somebody whose roles restrict nothing gets the cluster's own answer.
/// </summary>
internal sealed class SelfReviewAnswers(CollectionParts parts, TimeProvider time)
{
    private const int MostBytes = 16 * 1024 * 1024;

    private const string RulesReviewPath = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

    /// <summary>Whether a request is a question that the gate answers or changes.</summary>
    public bool Concerns(ProxyExchange exchange) =>
        exchange.Request is { } request && SelfReviews.Is(request)
        && (SelfReviews.IsOf(request, SelfReviews.AccessReviews) || SelfReviews.IsOf(request, SelfReviews.RulesReviews))
        && AccessOf(exchange) is { Rules.RestrictsNothing: false };

    /// <summary>Answers the question, or prepares it for the cluster.</summary>
    /// <returns>A refusal; an answer that the gate gives; or neither, and the request goes to the cluster.</returns>
    public async Task<(Refusal? Refusal, byte[]? Answer)> AnswerAsync(HttpContext context, ProxyExchange exchange)
    {
        var (body, refusal) = await RequestBodyBuffer.ReadAsync(context, context.RequestAborted);
        if (refusal is not null)
        {
            return (refusal, null);
        }

        var type = context.Request.ContentType;
        return SelfReviews.IsOf(exchange.Request!, SelfReviews.AccessReviews)
            ? await AnswerAccessAsync(exchange, AccessReview.Read(type, body, out var problem), problem, context.RequestAborted)
            : await AnswerRulesAsync(exchange, RulesReview.Read(type, body, out problem), problem, context.RequestAborted);
    }

    private async Task<(Refusal? Refusal, byte[]? Answer)> AnswerAccessAsync(
        ProxyExchange exchange, AccessReview? review, BodyProblem? problem, CancellationToken cancellationToken)
    {
        if (review is null)
        {
            return (Refusal.Of(problem!.Code, problem.Message), null);
        }

        var cluster = exchange.Cluster!;
        var asked = RequestOf(review);
        var scope = asked.IsResourceRequest && asked.Resource != "*" ? await cluster.Schema.ScopeOfAsync(asked.ApiGroup, asked.Resource, cancellationToken) : KindScope.Unknown;
        var question = new AccessQuestion(exchange.Identity!, cluster.Name, cluster.Labels, asked, exchange.Asked) { Scope = scope };
        switch (exchange.Snapshot.Policy.Review(question, time.GetUtcNow()))
        {
            case AccessAllowed allowed:
                var narrowed = await parts.NarrowAsync(cluster.Upstream, asked, allowed, cancellationToken);
                exchange.Allowed = exchange.Allowed! with { Principal = narrowed.Principal };
                return (null, null);
            case var denied:
                exchange.Audit.Outcome = $"answered no: {denied.Explanation}";
                return (null, ReviewAnswers.Denied(review, denied.Explanation));
        }
    }

    private async Task<(Refusal? Refusal, byte[]? Answer)> AnswerRulesAsync(
        ProxyExchange exchange, RulesReview? review, BodyProblem? problem, CancellationToken cancellationToken)
    {
        if (review is null)
        {
            return (Refusal.Of(problem!.Code, problem.Message), null);
        }

        var cluster = exchange.Cluster!;
        using var request = ClusterRequest.CreateAs(exchange.Allowed!.Principal, HttpMethod.Post, cluster.Upstream, RulesReviewPath);
        request.Content = JsonContent.Create(new JsonObject
        {
            ["kind"] = "SelfSubjectRulesReview",
            ["apiVersion"] = ReviewAnswers.V1,
            ["spec"] = new JsonObject { ["namespace"] = review.Namespace },
        });
        using var response = await cluster.Upstream.Invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK))
        {
            return (Refusal.Of(StatusCodes.Status502BadGateway, $"the cluster answered {(int)response.StatusCode} to a SelfSubjectRulesReview"), null);
        }

        await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
        var answer = RulesAnswer.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var kinds = (await cluster.Schema.GetAsync(cancellationToken)).All.Select(k => (k.Group, k.Plural, k.Scope)).ToList();
        var own = OwnRules.Of(answer, AccessOf(exchange)!.Rules, review.Namespace, kinds);
        return (null, ReviewAnswers.Rules(review.ApiVersion, own));
    }

    private static RequestInfo RequestOf(AccessReview review) => review.Resource is { } resource
        ? new()
        {
            Verb = resource.Verb,
            IsResourceRequest = true,
            Path = "",
            ApiGroup = resource.Group,
            ApiVersion = resource.Version,
            Namespace = resource.Namespace,
            Resource = resource.Resource,
            Subresource = resource.Subresource,
            Name = resource.Name,
        }
        : new() { Verb = review.NonResource!.Verb, IsResourceRequest = false, Path = review.NonResource.Path };

    private ClusterAccess? AccessOf(ProxyExchange exchange) => exchange.Cluster is { } cluster
        ? exchange.Snapshot.Policy.AccessOn(exchange.Identity!, cluster.Name, cluster.Labels, time.GetUtcNow())
        : null;
}
