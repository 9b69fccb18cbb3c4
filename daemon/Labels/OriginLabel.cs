namespace Tidegate.Labels;

/// <summary>The label by which selectors and roles tell the clusters of the repository from those of the configuration. Source: Teleport, <c>api/types/constants.go</c>.</summary>
internal static class OriginLabel
{
    public const string Key = "teleport.dev/origin";

    /// <summary>The value for clusters of the repository.</summary>
    public const string DynamicValue = "dynamic";

    /// <summary>What clusters of the repository have.</summary>
    public static readonly LabelSet Dynamic = LabelSet.From([new(Key, DynamicValue)]);

    /// <summary>What the contexts of the configuration's <c>kubeconfig_file</c> have.</summary>
    public static readonly LabelSet ConfigFile = LabelSet.From([new(Key, "config-file")]);
}
