namespace Tidegate.Paging;

/// <summary>Holds the seal in use; a reload of the configuration puts another one in its place.</summary>
internal sealed class SealInUse(ContinueSeal first)
{
    private volatile ContinueSeal current = first;

    public ContinueSeal Current
    {
        get => current;
        set => current = value;
    }
}
