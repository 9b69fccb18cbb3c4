namespace Tidegate.Configuration;

/// <summary>
/// The services of Teleport that this daemon does not run. Their sections load, whatever they hold, so that one file can serve two
/// programs; a warning says that an enabled one does nothing here.
/// </summary>
internal static class OtherServices
{
    /// <summary>Each with what an absent <c>enabled</c> means to Teleport.</summary>
    private static readonly (string Key, bool EnabledByDefault)[] Ignored =
    [
        ("ssh_service", true),
        ("proxy_service", true),
        ("app_service", false),
        ("db_service", false),
        ("windows_desktop_service", false),
        ("discovery_service", false),
        ("jamf_service", false),
        ("okta_service", false),
        ("relay_service", false),
        ("linux_desktop_service", false),
        ("plugin_service", false),
        ("debug_service", true),
        ("metrics_service", false),
        ("tracing_service", false),
        ("access_graph", false),
    ];

    public static void Read(SectionReader root)
    {
        foreach (var (key, enabledByDefault) in Ignored)
        {
            root.Problems.Catalog?.Ignored(key);
            if (root.Node(key) is not null && root.Section(key).Flag("enabled", enabledByDefault))
            {
                root.Problems.Warning(root.KeyPlace(key), key, "is ignored: this daemon runs only kubernetes_service and gitops_service");
            }
        }

        if (root.Section("auth_service").Flag("enabled", absent: false))
        {
            root.Problems.Error(
                root.KeyPlace("auth_service"), "auth_service", "is not supported by this version of tidegate; set enabled: \"no\" or remove the section");
        }
    }
}
