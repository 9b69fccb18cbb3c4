using System.Globalization;

namespace Tidegate.Kubernetes;

/// <summary>A part of a credential that is good for a time only.</summary>
internal enum CredentialPart
{
    Token,
    ClientCertificate,
    CertificateAuthority,
}

/// <summary>How a moment lies to a <see cref="CredentialPeriod"/>; the worse, the later.</summary>
internal enum CredentialPhase
{
    Good,
    EndsSoon,
    NotYet,
    Ended,
}

/// <summary>The time in which one part of a credential is good.</summary>
/// <param name="From">Null: it does not say.</param>
/// <param name="Until">Null: it does not end, or does not say.</param>
internal sealed record CredentialPeriod(CredentialPart Part, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>From when on the end is worth a warning.</summary>
    public DateTimeOffset? Warns => Until - DateTimeOffset.MinValue > CredentialLifetime.WarningTime ? Until - CredentialLifetime.WarningTime : Until;

    /// <summary>The part as messages name it.</summary>
    public string Noun => Part switch
    {
        CredentialPart.Token => "token",
        CredentialPart.ClientCertificate => "client certificate",
        _ => "certificate authority",
    };

    public CredentialPhase At(DateTimeOffset now) =>
        Until <= now ? CredentialPhase.Ended
        : From > now ? CredentialPhase.NotYet
        : Warns <= now ? CredentialPhase.EndsSoon
        : CredentialPhase.Good;

    /// <summary>What to tell people at a moment; null while all is well. The same words as long as the phase is the same, so that they are said once.</summary>
    public string? Warning(DateTimeOffset now) => At(now) switch
    {
        CredentialPhase.Ended => $"the {Noun} of the kubeconfig ended at {Text(Until)}, so {Consequence}: put a new one in its place",
        CredentialPhase.EndsSoon => $"the {Noun} of the kubeconfig ends at {Text(Until)}, in less than {CredentialLifetime.WarningTime.Days} days: put a new one in its place before",
        CredentialPhase.NotYet => $"the {Noun} of the kubeconfig is good only from {Text(From)} on, until then {Consequence}",
        _ => null,
    };

    private string Consequence => Part == CredentialPart.CertificateAuthority ? "no connection to the cluster is trusted" : "the cluster does not accept it";

    private static string Text(DateTimeOffset? when) => when!.Value.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
