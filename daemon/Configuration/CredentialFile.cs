namespace Tidegate.Configuration;

/// <summary>
/// A path written <c>${CREDENTIALS_DIRECTORY}/NAME</c>: a secret that systemd hands to the service and to nobody else. The unit loads all files of
/// <c>/etc/tidegate/credentials</c>, which systemd then calls <c>tidegate_NAME</c>; one loaded with a <c>LoadCredential=NAME:…</c> or
/// <c>LoadCredentialEncrypted=NAME:…</c> of its own is called NAME. Source: systemd.exec(5), Credentials.
/// </summary>
/// <remarks>
/// Outside of the service, for <c>tidegate check</c> or a start by hand, the variable is not set and the file is read where the unit would load it from: what is
/// found there is what the service gets with its next start.
/// </remarks>
internal static class CredentialFile
{
    /// <summary>The folder that the unit loads; only root may enter it.</summary>
    public const string Source = "/etc/tidegate/credentials";

    private const string Prefix = "${CREDENTIALS_DIRECTORY}/";

    // The ID of the unit's LoadCredential= for the folder.
    private const string FolderId = "tidegate_";

    // systemd.exec(5): as a file's name, and at most so long.
    private const int LongestName = 255;

    public static bool IsMeant(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <param name="directory">The value of <c>$CREDENTIALS_DIRECTORY</c>; null outside of a service.</param>
    /// <param name="exists">Whether a file exists.</param>
    /// <returns>The file's path, be it there or not; null when the name is none.</returns>
    public static string? Resolve(string text, string? directory, Func<string, bool> exists)
    {
        var name = text[Prefix.Length..];
        if (name is "" or "." or ".." || name.Length > LongestName - FolderId.Length || name.Any(c => c is '/' or ':' || !char.IsAscii(c) || char.IsControl(c)))
        {
            return null;
        }

        if (string.IsNullOrEmpty(directory))
        {
            return Path.Combine(Source, name);
        }

        var (own, fromFolder) = (Path.Combine(directory, name), Path.Combine(directory, FolderId + name));
        return exists(own) ? own : fromFolder;
    }

    /// <summary>What to do about a credential that is not there.</summary>
    public static string Remedy(string path)
    {
        var file = Path.GetFileName(path);
        var name = path.StartsWith(Source, StringComparison.Ordinal) || !file.StartsWith(FolderId, StringComparison.Ordinal) ? file : file[FolderId.Length..];
        return $"the credential {name} is missing; put it into {Source}/{name}, for root alone, and run: systemctl restart tidegate";
    }
}
