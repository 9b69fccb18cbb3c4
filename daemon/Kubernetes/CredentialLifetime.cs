using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>
/// When the parts of a cluster's credential are good, by what they say themselves: the one answer for <c>check</c>, <c>status</c> and the conditions of a
/// cluster. Parts that never end, or do not say, are not among them.
/// </summary>
internal sealed record CredentialLifetime(EquatableList<CredentialPeriod> Periods)
{
    /// <summary>How long before its end a credential is worth a warning.</summary>
    public static readonly TimeSpan WarningTime = TimeSpan.FromDays(14);

    private static readonly CredentialLifetime Endless = new(EquatableList<CredentialPeriod>.Empty);

    /// <summary>The first end of a part; null when none says that it ends.</summary>
    public DateTimeOffset? Ends => Periods.Min(p => p.Until);

    /// <summary>Reads the token and the certificates of a credential. A token file is not read: what it holds changes, <see cref="OfToken"/> is for its content.</summary>
    public static CredentialLifetime Of(ClusterCredential credential)
    {
        var periods = new List<CredentialPeriod>(3);
        Add(credential.Token is { } token ? OfToken(token) : null);
        Add(credential.ClientCertificatePem is { } client ? OfClient(client) : null);
        Add(credential.CertificateAuthorityPem is { } authorities ? OfAuthorities(authorities) : null);
        return periods.Count == 0 ? Endless : new(periods.ToEquatableList());

        void Add(CredentialPeriod? period)
        {
            if (period is { From: not null } or { Until: not null })
            {
                periods.Add(period);
            }
        }
    }

    /// <summary>A bearer token's; both ends are open when the token does not say.</summary>
    public static CredentialPeriod OfToken(string token)
    {
        var (from, until) = JsonWebToken.Validity(token);
        return new(CredentialPart.Token, from, until);
    }

    /// <summary>How a moment lies to the whole: by its worst part.</summary>
    public CredentialPhase PhaseAt(DateTimeOffset now)
    {
        var worst = CredentialPhase.Good;
        foreach (var period in Periods.AsSpan())
        {
            var phase = period.At(now);
            worst = phase > worst ? phase : worst;
        }

        return worst;
    }

    /// <summary>When, after <paramref name="now"/>, something else is to be said than now; null: never.</summary>
    public DateTimeOffset? NextTurn(DateTimeOffset now) =>
        Periods.SelectMany<CredentialPeriod, DateTimeOffset?>(p => [p.From, p.Warns, p.Until]).Where(turn => turn > now).Min();

    /// <summary>A client certificate ends with the first of its chain, a root left out, since whoever checks the chain has its own.</summary>
    private static CredentialPeriod? OfClient(string pem)
    {
        var chain = Pem.Certificates(pem);
        var sent = chain.Where((c, i) => i == 0 || !c.IsSelfIssued).ToList();
        return sent.Count == 0 ? null : new(CredentialPart.ClientCertificate, sent.Max(c => c.NotBefore), sent.Min(c => c.NotAfter));
    }

    /// <summary>Of several authorities one is enough, as while they are being replaced.</summary>
    private static CredentialPeriod? OfAuthorities(string pem)
    {
        var all = Pem.Certificates(pem);
        return all.Count == 0
            ? null
            : new(CredentialPart.CertificateAuthority, all.Min(c => c.NotBefore), all.Any(c => c.NotAfter is null) ? null : all.Max(c => c.NotAfter));
    }
}
