using System.Globalization;
using System.Text;

namespace Tidegate.Simulation.Pods;

/// <summary><c>pods/log</c> with <c>follow</c>, <c>tailLines</c>, <c>timestamps</c> and <c>limitBytes</c>.</summary>
internal sealed class LogEndpoint(TimeProvider time)
{
    private int open;

    /// <summary>Logs being followed now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="chatter">How often a followed log gets a line of its own accord; zero: never.</param>
    public async Task AnswerAsync(HttpContext context, PodLog log, TimeSpan chatter, CancellationToken closing)
    {
        IQueryCollection query = context.Request.Query;
        bool timestamps = query["timestamps"] == "true";
        long position = int.TryParse(query["tailLines"], CultureInfo.InvariantCulture, out int tail) && tail >= 0 ? Math.Max(log.Count - tail, 0) : 0;
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        position = await SendAsync(context, log, position, timestamps);
        if (query["follow"] != "true")
        {
            return;
        }

        Interlocked.Increment(ref open);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing);
        using ITimer? talker = chatter > TimeSpan.Zero ? time.CreateTimer(_ => log.Append("tick"), null, chatter, chatter) : null;
        try
        {
            while (true)
            {
                Task changed = log.From(position).Changed;
                position = await SendAsync(context, log, position, timestamps);
                await changed.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The cluster closes: the response ends as a whole one.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private static async Task<long> SendAsync(HttpContext context, PodLog log, long position, bool timestamps)
    {
        (List<(DateTimeOffset At, string Text)> lines, long next, _) = log.From(position);
        foreach ((DateTimeOffset at, string text) in lines)
        {
            string stamp = timestamps ? at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z' ", CultureInfo.InvariantCulture) : "";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{stamp}{text}\n"), context.RequestAborted);
        }

        if (lines.Count > 0)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        return next;
    }
}
