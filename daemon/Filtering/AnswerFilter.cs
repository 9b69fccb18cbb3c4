namespace Tidegate.Filtering;

/// <summary>Decides, piece by piece, what of an answer goes to the client.</summary>
internal abstract class AnswerFilter : IDisposable
{
    protected AnswerFilter(ObjectVisibility shows)
    {
        Shows = shows;
    }

    /// <summary>How many objects went to the client.</summary>
    public long Shown { get; private set; }

    /// <summary>How many objects were left out.</summary>
    public long Withheld { get; private set; }

    /// <summary>Where the cluster says that the list goes on; empty: it does not, or nobody may know, or it is no list.</summary>
    public virtual string Next => "";

    /// <summary>Whether it takes the objects of further pages itself, because nothing of it can go to the client before them.</summary>
    public virtual bool Collects => false;

    protected ObjectVisibility Shows { get; }

    /// <summary>Decides about as much as can be decided of what has arrived.</summary>
    /// <exception cref="UnfilterableAnswerException">It is not what it should be.</exception>
    public abstract void Advance(AnswerWindow window);

    /// <summary>Decides about the rest: nothing more will arrive.</summary>
    /// <exception cref="UnfilterableAnswerException">The answer is cut off, or is none that can be filtered.</exception>
    public abstract void Finish(AnswerWindow window);

    /// <summary>A filter for a further page of the same list, which gives the objects alone.</summary>
    /// <param name="shownBefore">How many objects further pages have given already.</param>
    public virtual AnswerFilter Continuation(long shownBefore) => throw new InvalidOperationException("Only a list has further pages.");

    /// <summary>Takes objects of a further page.</summary>
    /// <param name="shown">What the filter of that page gave.</param>
    public virtual void Append(ReadOnlySpan<byte> shown) => throw new InvalidOperationException("Only what collects takes pages.");

    /// <summary>Gives what had to wait for the further pages.</summary>
    /// <param name="token">Where the client may go on, in the cluster's own words; empty: nowhere.</param>
    /// <param name="shownInPages">How many objects the further pages have given.</param>
    public virtual void Complete(AnswerWindow window, string token, long shownInPages)
    {
    }

    public virtual void Dispose()
    {
    }

    /// <summary>Decides about one object and counts it.</summary>
    /// <param name="identity">Null when the object does not say clearly which one it is: it is hidden.</param>
    protected bool Decide((string Namespace, string Name)? identity)
    {
        var visible = identity is { Name.Length: > 0 } known && Shows(known.Namespace, known.Name);
        if (visible)
        {
            Shown++;
        }
        else
        {
            Withheld++;
        }

        return visible;
    }
}
