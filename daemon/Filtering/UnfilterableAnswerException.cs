namespace Tidegate.Filtering;

/// <summary>
/// A cluster's answer cannot be read well enough to filter it: malformed, cut off, or an object too large. The response must be cut, never completed. What was read from
/// the stream before is whole and holds nothing hidden.
/// </summary>
internal sealed class UnfilterableAnswerException : IOException
{
    public UnfilterableAnswerException(string message)
        : base(message)
    {
    }

    public UnfilterableAnswerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
