using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tidegate.Benchmarks.Upstream;

/// <summary>
/// A watch on which something happens all the time: 50 events a second about a pod of the first namespace, and between any two of them one about a pod of the last. Each says
/// when it was sent.
/// </summary>
internal static class TickingWatch
{
    public const int PerSecond = 50;

    /// <summary>Stands before the time in the events that are measured; those between have the other.</summary>
    public static ReadOnlySpan<byte> Marker => "measured sent-at="u8;

    /// <summary>Digits of a time stamp of <see cref="Stopwatch"/>, which is the same clock in all processes.</summary>
    public const int StampLength = 20;

    private const string Measured = "measured sent-at=";
    private const string Between = "between sent-at=";

    public static async Task RunAsync(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        var (contentType, measured) = ManyPods.Event(accept, ManyPods.NamespaceOf(0), Measured + new string('0', StampLength));
        var (_, between) = ManyPods.Event(accept, ManyPods.NamespaceOf(ManyPods.Namespaces - 1), Between + new string('0', StampLength));
        var stampAt = measured.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Measured)) + Measured.Length;
        context.Response.ContentType = contentType;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5 / PerSecond));
        try
        {
            for (var isMeasured = false; await timer.WaitForNextTickAsync(context.RequestAborted); isMeasured = !isMeasured)
            {
                var next = isMeasured ? measured : between;
                if (isMeasured)
                {
                    Stopwatch.GetTimestamp().TryFormat(next.AsSpan(stampAt, StampLength), out _, $"D{StampLength}", CultureInfo.InvariantCulture);
                }

                await context.Response.Body.WriteAsync(next, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has seen enough.
        }
    }
}
