using Prometheus;

namespace Tidegate.Metrics;

/// <summary>A counter with the labels <c>code</c> and <c>method</c>, whose series are made when they are first used and found without a look-up afterwards.</summary>
internal sealed class CodeAndMethodCounter(Counter counter)
{
    private readonly Counter.Child?[] children = new Counter.Child?[HttpLabels.Codes.Count * HttpLabels.Methods.Count];

    /// <param name="code">HTTP status.</param>
    /// <param name="method">Index into <see cref="HttpLabels.Methods"/>.</param>
    public void Count(int code, int method)
    {
        var slot = HttpLabels.IndexOfCode(code);
        var index = (slot * HttpLabels.Methods.Count) + method;

        // Two threads may both look it up the first time: they get the same.
        (children[index] ??= counter.WithLabels(HttpLabels.Codes[slot], HttpLabels.Methods[method])).Inc();
    }
}
