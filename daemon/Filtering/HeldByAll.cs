namespace Tidegate.Filtering;

/// <summary>Counts what all answers together hold in <see cref="HeldBytes"/>, so that many clients cannot fill the memory.</summary>
/// <param name="most">In bytes.</param>
internal sealed class HeldByAll(long most)
{
    /// <summary>Of this process: 256 MiB.</summary>
    public static readonly HeldByAll OfProcess = new(256 << 20);

    private long held;

    /// <summary>In bytes.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>Takes some bytes of it.</summary>
    /// <returns>False when so many are not left; then none are taken.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref held, count) <= most)
        {
            return true;
        }

        Give(count);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Give(long count) => Interlocked.Add(ref held, -count);
}
