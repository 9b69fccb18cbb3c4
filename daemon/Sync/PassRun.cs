namespace Tidegate.Sync;

/// <summary>One run of a pass: what was asked for, and what somebody wants to know and do while it runs.</summary>
internal sealed record PassRun(PassRequest Request)
{
    /// <summary>Told when a part of the work begins, with how long that part may take before somebody should know.</summary>
    public Action<string, TimeSpan> Began { get; init; } = static (_, _) => { };

    /// <summary>
    /// Called again and again with the fetch until that is over; may run passes without a fetch, and what they put in force is what this one goes on with.
    /// </summary>
    public Func<Task, Task> Meanwhile { get; init; } = static fetch => Task.WhenAny(fetch);
}
