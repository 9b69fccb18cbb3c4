namespace Tidegate.Limits;

/// <summary>What a connection is for.</summary>
internal enum DescriptorUse
{
    /// <summary>A client's connection to the proxy port.</summary>
    Client,

    /// <summary>The gate's connection to a cluster.</summary>
    Cluster,
}
