namespace Tidegate.Filtering;

/// <summary>What becomes of a list that a cluster gives in pages.</summary>
/// <param name="Limit">How many objects the client wants on a page; 0: as many as there are.</param>
/// <param name="Seal">Makes of the cluster's <c>continue</c> token the client's, which tells nothing.</param>
/// <param name="ReadOn">Reads the list on behind a page.</param>
internal sealed record ListPaging(long Limit, Func<string, string> Seal, ReadOn ReadOn);

/// <summary>Reads a list on until there is something to show.</summary>
/// <param name="token">Where: the cluster's own token.</param>
/// <param name="wanted">How many objects the client's page has room for; 0: it is full, and only whether anything follows that may be seen is asked.</param>
internal delegate Task<FurtherPage> ReadOn(string token, long wanted, CancellationToken cancellationToken);

/// <summary>What comes behind a page.</summary>
/// <param name="Content">A page of the cluster's with something to show, and with no more of it than was wanted; decoded, and owned by whoever gets it. Null: the client's page ends here.</param>
/// <param name="Next">Without content: where the client may go on; empty when nothing follows.</param>
/// <param name="Withheld">How many hidden objects were passed over.</param>
internal sealed record FurtherPage(Stream? Content, string Next, long Withheld);
