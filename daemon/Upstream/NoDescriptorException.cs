namespace Tidegate.Upstream;

/// <summary>There is no file descriptor for another connection to a cluster: as many are open as the limit of open files allows.</summary>
internal sealed class NoDescriptorException() : IOException("the gate has as many connections to clusters as its limit of open files allows");
