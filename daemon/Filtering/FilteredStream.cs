using System.Runtime.ExceptionServices;
using Tidegate.Values;

namespace Tidegate.Filtering;

/// <summary>
/// A cluster's answer without the objects that a person may not see. Gives what is decided out of the very read in which it arrived, and holds no more than the object
/// that it is in. After an exception every further read fails in the same way.
/// </summary>
/// <param name="inner">The answer's body; owned.</param>
/// <param name="paging">What becomes of a list that comes in pages; null: its first page is all that is read.</param>
internal sealed class FilteredStream(Stream inner, AnswerFilter filter, ListPaging? paging = null) : ForwardOnlyStream
{
    private readonly AnswerWindow window = new();
    private readonly Lock ending = new();

    private ExceptionDispatchInfo? failure;
    private FurtherPages? pages;
    private bool ended;
    private bool reading;
    private bool disposed;

    /// <summary>How many objects the answer has shown so far; of a watch, how often.</summary>
    public long Shown => filter.Shown + (pages?.Shown ?? 0);

    /// <summary>How many objects it has left out so far.</summary>
    public long Withheld => filter.Withheld + (pages?.Withheld ?? 0);

    /// <summary>Where the cluster says that the list goes on.</summary>
    public string Next => filter.Next;

    /// <summary>Whether everything was read.</summary>
    public bool IsOver => ended && !window.HasOutput;

    public override bool CanRead => !disposed;

    /// <summary>A read into nothing ends when there are bytes to read, or none will come.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (ending)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            reading = true;
        }

        try
        {
            failure?.Throw();
            return await DecideAsync(buffer, cancellationToken);
        }
        finally
        {
            EndRead();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            await inner.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bool mayRelease;
            lock (ending)
            {
                mayRelease = !disposed && !reading;
                disposed = true;
            }

            inner.Dispose();
            pages?.Dispose();
            if (mayRelease)
            {
                Release();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads until there is something for the client.</summary>
    private async ValueTask<int> DecideAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!window.HasOutput && !ended)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (pages is not null)
            {
                if (await ReadPagesAsync(buffer, cancellationToken) is { } count)
                {
                    return count;
                }

                continue;
            }

            if (window.IsIdle)
            {
                // An idle watch waits without a buffer.
                _ = await inner.ReadAsync(Memory<byte>.Empty, cancellationToken);
            }

            await AdvanceAsync(cancellationToken);
        }

        var taken = window.Take(buffer.Span);
        if (!window.HasOutput)
        {
            window.Relax();
        }

        return taken;
    }

    /// <summary>
    /// A read that has ended, in whatever way, uses nothing more. One that the disposal came upon kept what it used until here: a buffer that somebody may still write into
    /// must not come to another answer.
    /// </summary>
    private void EndRead()
    {
        bool mayRelease;
        lock (ending)
        {
            reading = false;
            mayRelease = disposed;
        }

        if (mayRelease)
        {
            Release();
        }
    }

    /// <summary>Gives back what the answer held. A page that was found after the disposal is among it.</summary>
    private void Release()
    {
        pages?.Dispose();
        window.Dispose();
        filter.Dispose();
    }

    private async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var count = await inner.ReadAsync(window.Room(), cancellationToken);
            if (count > 0)
            {
                window.Arrived(count);
                filter.Advance(window);
                if (!window.HasOutput)
                {
                    window.Relax();
                }
            }
            else
            {
                Finish();
            }
        }
        catch (Exception e) when (e is UnfilterableAnswerException or InvalidDataException)
        {
            Fail(e);
        }
    }

    private void Finish()
    {
        filter.Finish(window);
        if (paging is not null && filter.Next.Length > 0)
        {
            pages = new(filter, paging);
        }
        else
        {
            filter.Complete(window, filter.Next, 0);
            ended = true;
        }
    }

    /// <returns>How many bytes of further pages were read; null when these are over.</returns>
    private async ValueTask<int?> ReadPagesAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var count = await pages!.ReadAsync(buffer, window, cancellationToken);
            ended = count is null;
            return count;
        }
        catch (Exception e) when (e is UnfilterableAnswerException or InvalidDataException)
        {
            Fail(e);
            return null;
        }
    }

    private void Fail(Exception e)
    {
        // A decompressor's complaint is about the answer too.
        failure = ExceptionDispatchInfo.Capture(e as UnfilterableAnswerException ?? new UnfilterableAnswerException(e.Message, e));
        failure.Throw();
    }
}
