using System.Text.Json;
using Tidegate.Access;
using Tidegate.Filtering;
using Tidegate.Kubernetes;
using Tidegate.Paging;
using Tidegate.Resources;
using Tidegate.Schema;

namespace Tidegate.Proxy;

/// <summary>What the gate does about objects around the decision: what must be known first, how a collection is asked for, and what it answers by itself.</summary>
internal sealed class ObjectStages
{
    private readonly TimeProvider time;
    private readonly CollectionParts parts;
    private readonly SelfReviewAnswers reviews;
    private readonly ContinueTokens tokens;

    public ObjectStages(TimeProvider time, SealInUse seal)
    {
        this.time = time;
        tokens = new(seal);
        parts = new(time);
        reviews = new(parts, time);
    }

    /// <inheritdoc cref="ObjectFacts.FindAsync"/>
    public ValueTask<Refusal?> FindFactsAsync(HttpContext context, ProxyExchange exchange) => ObjectFacts.FindAsync(context, exchange, time.GetUtcNow());

    /// <summary>Settles as whom a collection is asked for, and in which form that or a single object.</summary>
    public async ValueTask<Refusal?> PrepareAsync(HttpContext context, ProxyExchange exchange)
    {
        if (exchange.Allowed is not { } decision)
        {
            return null;
        }

        if (decision.Parts.Count == 0 && decision.Filter is null)
        {
            return tokens.Open(exchange, isPart: false)
                ?? (SingleObject.VisibilityOf(exchange, time) is { } shows ? Ask(context, exchange, AnswerKind.Object, shows) : null);
        }

        var request = exchange.Request!;
        if (request.Verb == "deletecollection" && IsNowhere(exchange))
        {
            return Refusal.Of(StatusCodes.Status405MethodNotAllowed, "the API deletes no collection over all namespaces, and none of namespaces");
        }

        exchange.Allowed = await parts.NarrowAsync(exchange.Cluster!.Upstream, request, decision, context.RequestAborted);
        exchange.Audit.Decision = exchange.Allowed;
        if (tokens.Open(exchange, exchange.Allowed.Filter is not null) is { } expired)
        {
            return expired;
        }

        if (exchange.Allowed.Filter is not { } filter || request.Verb == "deletecollection")
        {
            return null;
        }

        return Ask(context, exchange, request.Verb == "watch" ? AnswerKind.Watch : AnswerKind.List, filter.Shows);
    }

    private Refusal? Ask(HttpContext context, ProxyExchange exchange, AnswerKind kind, ObjectVisibility shows)
    {
        if (exchange.Request!.IsUpgrade && kind != AnswerKind.Object)
        {
            return Refusal.BadRequest("your roles show a part of this kind only, which cannot be done over WebSocket: ask without an upgrade");
        }

        if (FilterableRequest.From(context.Request.Headers.Accept, exchange.Target.Query ?? "") is not { } asked)
        {
            return Refusal.Of(StatusCodes.Status406NotAcceptable, FilterableRequest.NotAcceptable);
        }

        exchange.Filtered = new(kind, shows, asked);
        if (kind == AnswerKind.List)
        {
            var limit = ListQuery.Limit(exchange.Target.Query ?? "");
            exchange.Filtered = exchange.Filtered with { Paging = new(limit, tokens.Sealing(exchange), new PageReader(exchange).NextAsync) };
        }

        return null;
    }

    /// <summary>Answers what the gate answers by itself.</summary>
    public async ValueTask<OwnAnswer> TryAnswerAsync(HttpContext context, ProxyExchange exchange)
    {
        try
        {
            if (reviews.Concerns(exchange))
            {
                var (refusal, answer) = await reviews.AnswerAsync(context, exchange);
                return await FinishAsync(context, exchange, refusal, StatusCodes.Status201Created, answer);
            }

            if (exchange is { Request.Verb: "deletecollection", Allowed: { } allowed } && IsDeletedOneByOne(exchange, allowed))
            {
                return await DeleteAsync(context, exchange, allowed.Filter);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && exchange.EndReason is null)
        {
            return new(true, Refusal.Of(StatusCodes.Status504GatewayTimeout, $"kubernetes cluster \"{exchange.Target.Cluster}\" did not accept a connection in time"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or FormatException or UnknownSchemaException)
        {
            return new(true, Refusal.Of(StatusCodes.Status502BadGateway, $"kubernetes cluster \"{exchange.Target.Cluster}\" did not answer what the gate asked it: {e.Message}"));
        }

        return new(false, null);
    }

    /// <summary>
    /// Also where several roles together show all of it: that each of them may list it says nothing about whose groups may delete what, and with all groups at once the ones
    /// that a role gives for one object would delete every other.
    /// </summary>
    private static bool IsDeletedOneByOne(ProxyExchange exchange, AccessAllowed allowed) => allowed.Filter is not null || exchange.Decided!.Parts.Count > 0;

    /// <summary>
    /// Whether the API has no such collection to delete; carried out one by one, the deletion would be one that nobody could ask the cluster itself for. Source:
    /// <c>k8s.io/apiserver/pkg/endpoints/installer.go</c>, which gives the paths over all namespaces lists and watches only; namespaces have no deletecollection.
    /// </summary>
    private static bool IsNowhere(ProxyExchange exchange) =>
        (exchange.Scope == KindScope.Namespaced && exchange.Request!.Namespace.Length == 0) || exchange.Request is { Resource: "namespaces", ApiGroup: "" };

    private async Task<OwnAnswer> DeleteAsync(HttpContext context, ProxyExchange exchange, ObjectFilter? filter)
    {
        var (body, refusal) = await RequestBodyBuffer.ReadAsync(context, context.RequestAborted);
        if (refusal is not null)
        {
            return new(true, refusal);
        }

        var (how, objection) = DeletionOptions.Read(context.Request.ContentType, body, exchange.Target.Query ?? "");
        if (how is null)
        {
            return new(true, Refusal.BadRequest(objection!));
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, exchange.Ended);
        var question = Authorization.QuestionOf(exchange, exchange.Cluster);
        var deletion = new PartialDeletion(
            exchange, (ns, name) => exchange.Snapshot.Policy.DecideMember(question, ns, name, time.GetUtcNow()) is AccessAllowed allowed ? allowed.Principal : null);
        try
        {
            var (code, answer) = await deletion.RunAsync(filter, how, either.Token);
            return await FinishAsync(context, exchange, null, code, answer);
        }
        catch (OperationCanceledException) when (exchange.EndReason is { } reason)
        {
            return new(true, Refusal.Of(exchange.EndCode, reason));
        }
        finally
        {
            exchange.Audit.Objects = how.IsDryRun ? [] : deletion.Deleted;
        }
    }

    private static async Task<OwnAnswer> FinishAsync(HttpContext context, ProxyExchange exchange, Refusal? refusal, int code, byte[]? body)
    {
        if (refusal is null && body is not null)
        {
            exchange.Audit.BytesSent = body.Length;
            await StatusResponse.WriteAsync(context, code, body);
        }

        return new(refusal is not null || body is not null, refusal);
    }
}

/// <summary>What came of trying to answer a request without forwarding it.</summary>
/// <param name="Refusal">Set when it is refused after all.</param>
internal readonly record struct OwnAnswer(bool IsAnswered, Refusal? Refusal);
