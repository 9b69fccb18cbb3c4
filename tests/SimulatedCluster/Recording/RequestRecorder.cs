using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Simulation.Recording;

/// <summary>The requests that arrived, newest last, bounded.</summary>
internal sealed class RequestRecorder(TimeProvider time)
{
    private const int Limit = 10_000;

    private readonly Lock gate = new();
    private readonly List<RecordedRequest> requests = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Off saves the memory in load tests.</summary>
    public bool Enabled { get; set; } = true;

    public IReadOnlyList<RecordedRequest> All
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            requests.Clear();
        }
    }

    /// <summary>The first request that fits, now or when it arrives.</summary>
    public async Task<RecordedRequest> WaitForAsync(Predicate<RecordedRequest> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (requests.Find(fits) is { } found)
                {
                    return found;
                }

                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public RecordedRequest Record(HttpContext context)
    {
        RecordedRequest request = Read(context);
        if (!Enabled)
        {
            return request;
        }

        lock (gate)
        {
            if (requests.Count >= Limit)
            {
                requests.RemoveRange(0, Limit / 2);
            }

            requests.Add(request);
            TaskCompletionSource signal = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            signal.SetResult();
        }

        return request;
    }

    private RecordedRequest Read(HttpContext context)
    {
        HttpRequest request = context.Request;
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.Features.Get<RequestTap>() is { } tap && tap.TakeHead(request.Method, target) is { Length: > 0 } head)
        {
            return RecordedRequest.FromHead(request.Protocol, request.Method, target, head, time.GetUtcNow());
        }

        List<string> lines = [.. request.Headers.SelectMany(h => h.Value.Select(v => $"{h.Key}: {v}"))];
        return new RecordedRequest(request.Protocol, request.Method, target, $"{request.Method} {target} {request.Protocol}", lines, false) { At = time.GetUtcNow() };
    }
}
