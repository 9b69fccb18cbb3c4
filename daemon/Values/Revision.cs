namespace Tidegate.Values;

/// <summary>One commit of the repository.</summary>
/// <param name="Id">The full hexadecimal commit id.</param>
/// <param name="Author">Author's name and address, <c>Name &lt;mail&gt;</c>; untrusted text.</param>
/// <param name="When">The author date.</param>
/// <param name="Subject">First line of the commit message; untrusted text.</param>
internal sealed record Revision(string Id, string Author, DateTimeOffset When, string Subject)
{
    /// <summary>Of files that are in no commit.</summary>
    public static readonly Revision None = new("", "", DateTimeOffset.UnixEpoch, "");

    /// <summary>The first twelve digits, enough for people.</summary>
    public string Short => Id.Length > 12 ? Id[..12] : Id;

    public override string ToString() => Short;
}
