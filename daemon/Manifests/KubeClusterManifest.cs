using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary><c>kube_cluster</c> v3. Rules for names and labels: Teleport, <c>api/types/kubernetes.go</c>.</summary>
internal static class KubeClusterManifest
{
    public static IResource? Read(FieldReader root, ManifestSource source)
    {
        var metadata = Metadata.Read(root, 3..3);
        if (metadata is not null)
        {
            CheckName(root, metadata.Name);
            CheckOrigin(root, metadata.Labels);
            metadata = metadata with { Labels = metadata.Labels.With(OriginLabel.Dynamic) };
        }

        if (root.RequiredMapping("spec") is not { } spec)
        {
            return null;
        }

        var kubeconfig = spec.Text("kubeconfig");
        var file = spec.Text("kubeconfig_file");
        RefuseOtherSources(spec);
        spec.Finish();
        if (string.IsNullOrEmpty(kubeconfig) == string.IsNullOrEmpty(file))
        {
            // A kubeconfig that is there but no text was noted already.
            if (!spec.Problems.Any)
            {
                spec.Refuse("kubeconfig", string.IsNullOrEmpty(file)
                    ? "the cluster needs a kubeconfig, as base64 (base64 -w0 kubeconfig)"
                    : "kubeconfig and kubeconfig_file exclude each other: remove one");
            }

            return null;
        }

        var isFile = string.IsNullOrEmpty(kubeconfig);
        var place = spec.PlaceOf(isFile ? "kubeconfig_file" : "kubeconfig");
        var origin = source.At(root.Place, [new(isFile ? "spec.kubeconfig_file" : "spec.kubeconfig", "", place.Line, place.Column)]);
        return isFile ? FromFile(file!, metadata, spec, origin) : FromData(kubeconfig!, metadata, spec, origin);
    }

    private static HostCluster? FromFile(string file, Metadata? metadata, FieldReader spec, Origin origin)
    {
        if (!Path.IsPathFullyQualified(file))
        {
            spec.Refuse("kubeconfig_file", "this must be an absolute path on the gate's host");
            return null;
        }

        return metadata is null ? null : new HostCluster(metadata.Name, metadata.Labels, file, origin)
        {
            Description = metadata.Description,
            Expires = metadata.Expires,
        };
    }

    private static KubeCluster? FromData(string kubeconfig, Metadata? metadata, FieldReader spec, Origin origin)
    {
        if (!TryDecode(kubeconfig, out var content))
        {
            spec.Refuse("kubeconfig", kubeconfig.Contains("apiVersion", StringComparison.Ordinal)
                ? "the kubeconfig must be written as base64 (base64 -w0 kubeconfig), not as it is"
                : "this is not base64 (base64 -w0 kubeconfig)");
            return null;
        }

        // Whether an unchecked server certificate is acceptable is the configuration's to say, when the state is built.
        var result = KubeconfigReader.FromGit(content, allowInsecureSkipTlsVerify: true);
        foreach (var problem in result.Problems)
        {
            var field = problem.Field.Length == 0 ? "" : $", {problem.Field}";
            spec.Refuse("kubeconfig", $"line {problem.Line} of the kubeconfig{field}: {problem.Message}");
        }

        return metadata is null || result.Credential is null
            ? null
            : new KubeCluster(metadata.Name, metadata.Labels, result.Credential, origin)
            {
                Description = metadata.Description,
                Expires = metadata.Expires,
            };
    }

    /// <summary>
    /// Standard base64; white space inside is skipped, since <c>base64</c> without <c>-w0</c> wraps its lines and shells turn the breaks into spaces.
    /// </summary>
    private static bool TryDecode(string text, out ReadOnlyMemory<byte> content)
    {
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        var isBase64 = Convert.TryFromBase64String(text, buffer, out var written);
        content = buffer.AsMemory(0, written);
        return isBase64 && written > 0;
    }

    private static void CheckName(FieldReader root, string name)
    {
        if (!KubeCluster.IsValidName(name))
        {
            root.Mapping("metadata")!.Refuse("name", KubeCluster.NameRule);
        }
    }

    /// <summary>The gate sets it, and writes it out, so that what it wrote may be read again.</summary>
    private static void CheckOrigin(FieldReader root, LabelSet labels)
    {
        if (labels.TryGetValue(OriginLabel.Key, out var origin) && origin != OriginLabel.DynamicValue)
        {
            root.Mapping("metadata")!.Mapping("labels")!.Refuse(
                OriginLabel.Key, $"the gate sets this label, to \"{OriginLabel.DynamicValue}\" for every cluster of the repository: remove it");
        }
    }

    private static void RefuseOtherSources(FieldReader spec)
    {
        if (spec.Refused("dynamic_labels") is { } labels and not YamlMapping { Entries.Count: 0 })
        {
            spec.Problems.Add(labels.Place, spec.PathOf("dynamic_labels"), "this version runs no commands for labels: write the labels under metadata.labels");
        }

        foreach (var cloud in (ReadOnlySpan<string>)["aws", "azure", "gcp"])
        {
            // Exports write empty blocks beside a kubeconfig.
            if (spec.Refused(cloud) is { } block && !(block is YamlMapping mapping && mapping.Entries.All(e => e.Value is YamlScalar { Value.Length: 0 } or { IsNull: true })))
            {
                spec.Problems.Add(block.Place, spec.PathOf(cloud), "clusters are not looked up at a cloud provider: give spec.kubeconfig");
            }
        }
    }
}
