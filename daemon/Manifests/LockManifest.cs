using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary><c>lock</c> v2.</summary>
internal static class LockManifest
{
    public static State.Lock? Read(FieldReader root, ManifestSource source)
    {
        var metadata = Metadata.Read(root, 2..2);
        if (root.RequiredMapping("spec") is not { } spec)
        {
            return null;
        }

        var message = spec.Text("message") ?? "";
        var expires = Metadata.ReadTime(spec, "expires");
        var target = spec.RequiredMapping("target") is { } fields ? ReadTarget(fields) : null;
        spec.Ignore("created_at", "created_by");
        spec.Finish();
        if (metadata is null || target is null)
        {
            return null;
        }

        // The later of two: a lock that ends too early lets somebody in.
        var ends = expires is null || metadata.Expires is null ? expires ?? metadata.Expires : Later(expires.Value, metadata.Expires.Value);
        return new State.Lock(metadata.Name, target, message, source.At(root.Place)) { Expires = ends };
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static LockTarget? ReadTarget(FieldReader fields)
    {
        var target = new LockTarget(Target(fields, "user"), Target(fields, "role"), Target(fields, "kube_cluster"));
        var clean = !fields.Problems.Any;
        fields.Finish();
        var count = (target.User is null ? 0 : 1) + (target.Role is null ? 0 : 1) + (target.KubeCluster is null ? 0 : 1);
        if (count == 1)
        {
            return target;
        }

        if (clean && !(count == 0 && fields.Problems.Any))
        {
            fields.Problems.Add(fields.Place, "spec.target", "a lock has exactly one target, user, role or kube_cluster: make one lock for each");
        }

        return null;
    }

    private static string? Target(FieldReader fields, string name) => fields.Node(name) is null ? null : fields.RequiredText(name);
}
