using System.Buffers;

namespace Tidegate.Filtering;

/// <summary>What comes behind the first page of a list, until the client's page is full or the list ends.</summary>
/// <param name="first">Of the first page, which is at its end.</param>
internal sealed class FurtherPages(AnswerFilter first, ListPaging paging) : IDisposable
{
    private const int PieceSize = 64 << 10;

    private string next = first.Next;
    private FilteredStream? page;

    /// <summary>How many objects they have shown so far.</summary>
    public long Shown => shown + (page?.Shown ?? 0);

    /// <summary>How many they have left out so far.</summary>
    public long Withheld => withheld + (page?.Withheld ?? 0);

    private long shown;
    private long withheld;
    private volatile bool disposed;

    /// <summary>Reads what goes to the client.</summary>
    /// <param name="window">Gets the end of the list when there are no more pages.</param>
    /// <returns>How many bytes; null when the pages are over.</returns>
    public async ValueTask<int?> ReadAsync(Memory<byte> buffer, AnswerWindow window, CancellationToken cancellationToken)
    {
        while (page is not null || await OpenAsync(cancellationToken))
        {
            if (first.Collects)
            {
                await CollectAsync(cancellationToken);
            }
            else if (await page!.ReadAsync(buffer, cancellationToken) is var count && (count > 0 || !page.IsOver))
            {
                return count;
            }

            Close();
        }

        first.Complete(window, next, shown);
        return null;
    }

    public void Dispose()
    {
        disposed = true;
        page?.Dispose();
    }

    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (next.Length == 0)
        {
            return false;
        }

        var wanted = paging.Limit > 0 ? Math.Max(0, paging.Limit - first.Shown - shown) : long.MaxValue;
        var found = await paging.ReadOn(next, wanted, cancellationToken);
        withheld += found.Withheld;
        if (found.Content is null)
        {
            next = found.Next;
            return false;
        }

        page = new(found.Content, first.Continuation(shown));
        if (disposed)
        {
            // It was looked for when the list was disposed: nobody reads it.
            page.Dispose();
        }

        return true;
    }

    private void Close()
    {
        (shown, withheld, next) = (Shown, Withheld, page!.Next);
        page.Dispose();
        page = null;
    }

    private async ValueTask CollectAsync(CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (await page!.ReadAsync(piece, cancellationToken) is > 0 and var count)
            {
                first.Append(piece.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
