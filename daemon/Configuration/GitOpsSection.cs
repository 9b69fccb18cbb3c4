namespace Tidegate.Configuration;

/// <summary>Reads <c>gitops_service</c>.</summary>
internal static class GitOpsSection
{
    public static GitOpsServiceOptions Read(SectionReader section)
    {
        var enabled = section.MustBeEnabled("users and roles come from the repository, and without it nobody gets in");
        var repository = RepositorySection.Read(section.Section("repository"), enabled);
        var prune = section.Section("prune");
        var percent = prune.Number("max_removed_percent", PruneOptions.Default.MaxRemovedPercent, 0, 100);
        var allowEmpty = prune.Flag("allow_empty", absent: PruneOptions.Default.AllowEmpty);
        prune.Close();
        section.Unsupported("webhook");
        section.Unsupported("verify");
        section.Unsupported("decryption");
        var commands = section.Section("commands");
        commands.Unsupported("allow");
        commands.Close();
        section.Close();
        return new(enabled, repository, new(percent, allowEmpty));
    }
}
