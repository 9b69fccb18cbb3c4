namespace Tidegate.State;

/// <summary>Which resource.</summary>
/// <param name="Kind">One of <see cref="ResourceKind"/>.</param>
internal sealed record ResourceId(string Kind, string Name)
{
    public override string ToString() => $"{Kind}/{Name}";
}
