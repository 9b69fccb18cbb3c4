namespace Tidegate.Tests.Fuzzing;

/// <summary>Something that must keep its promises whatever bytes it is given.</summary>
/// <param name="Name">For the report of a failure.</param>
/// <param name="Corpus">Inputs to begin with: valid ones, of every sort.</param>
/// <param name="Check">Throws when a promise is broken. Returns what sort of outcome it was: an input with a new outcome is worth mutating further.</param>
internal sealed record FuzzTarget(string Name, IEnumerable<byte[]> Corpus, Func<byte[], string> Check)
{
    /// <param name="check">Throws when a promise is broken; all outcomes count as one.</param>
    public FuzzTarget(string name, IEnumerable<byte[]> corpus, Action<byte[]> check)
        : this(name, corpus, input =>
        {
            check(input);
            return "";
        })
    {
    }
}
