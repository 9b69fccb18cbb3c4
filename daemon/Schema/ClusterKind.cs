using Tidegate.Kubernetes;

namespace Tidegate.Schema;

/// <summary>A kind of object that a cluster has, whatever the versions it is served in.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Plural">As in paths, such as <c>pods</c>.</param>
/// <param name="Kind">As in bodies, such as <c>Pod</c>.</param>
/// <param name="Scope">Never <see cref="KindScope.Unknown"/>.</param>
/// <param name="Subresources">Such as <c>log</c>, in no order.</param>
internal sealed record ClusterKind(string Group, string Plural, string Kind, KindScope Scope, IReadOnlyList<string> Subresources);
