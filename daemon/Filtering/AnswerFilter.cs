namespace Tidegate.Filtering;

/// <summary>Decides, piece by piece, what of an answer goes to the client.</summary>
internal abstract class AnswerFilter : IDisposable
{
    private readonly ObjectVisibility shows;

    protected AnswerFilter(ObjectVisibility shows)
    {
        this.shows = shows;
    }

    /// <summary>How many objects went to the client.</summary>
    public long Shown { get; private set; }

    /// <summary>How many objects were left out.</summary>
    public long Withheld { get; private set; }

    /// <summary>Decides about as much as can be decided of what has arrived.</summary>
    /// <exception cref="UnfilterableAnswerException">It is not what it should be.</exception>
    public abstract void Advance(AnswerWindow window);

    /// <summary>Decides about the rest: nothing more will arrive.</summary>
    /// <exception cref="UnfilterableAnswerException">The answer is cut off, or is none that can be filtered.</exception>
    public abstract void Finish(AnswerWindow window);

    public virtual void Dispose()
    {
    }

    /// <summary>Decides about one object and counts it.</summary>
    /// <param name="identity">Null when the object does not say clearly which one it is: it is hidden.</param>
    protected bool Decide((string Namespace, string Name)? identity)
    {
        var visible = identity is { Name.Length: > 0 } known && shows(known.Namespace, known.Name);
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
