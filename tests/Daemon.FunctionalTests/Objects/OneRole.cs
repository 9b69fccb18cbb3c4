namespace Tidegate.FunctionalTests.Objects;

/// <summary>Manifests of the smallest case: one role, which lets its people into every cluster with the group <c>admins</c>, and alice, who has it.</summary>
internal static class OneRole
{
    /// <param name="entries">What the role allows, of <c>kubernetes_resources</c>.</param>
    public static string Manifests(string role, params string[] entries) =>
        $$"""
        kind: role
        version: v8
        metadata: {name: {{role}}}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources: [{{string.Join(", ", entries)}}]
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [{{role}}]}
        """;
}
