using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>
/// The controllers and the kubelet in one step: what is written is at once as if they had finished. Pods run, deployments have
/// their replica set and pods, dependants of a deleted owner go with it.
/// </summary>
internal sealed class Workloads(ObjectStore store)
{
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    private int nextAddress = 10;

    /// <summary>Fills in what admission and defaults would, before an object is stored.</summary>
    public void Admit(ResourceType type, JsonObject item)
    {
        if (type == ResourceTypes.Pods)
        {
            PodDefaults.Apply(item, store.Timestamp, $"10.244.0.{Interlocked.Increment(ref nextAddress)}");
        }
        else if (type == ResourceTypes.Namespaces)
        {
            item.Ensure("spec")["finalizers"] = new JsonArray("kubernetes");
            item["status"] = new JsonObject { ["phase"] = "Active" };
        }
        else if (type == ResourceTypes.Services)
        {
            JsonObject spec = item.Ensure("spec");
            spec["type"] ??= "ClusterIP";
            spec["clusterIP"] ??= $"10.96.0.{Interlocked.Increment(ref nextAddress)}";
            item["status"] ??= new JsonObject { ["loadBalancer"] = new JsonObject() };
        }
        else if (type == ResourceTypes.Secrets)
        {
            EncodeStringData(item);
        }
        else if (type == ResourceTypes.Deployments || type == ResourceTypes.ReplicaSets)
        {
            item.Ensure("spec")["replicas"] ??= 1;
        }
        else if (type == ResourceTypes.CustomResourceDefinitions)
        {
            CustomKinds.Admit(item, store.Timestamp);
        }
        else
        {
            FinishedStatus.Fill(type, item, store.Timestamp);
        }
    }

    /// <summary>Acts on what was stored, and returns it as it is afterwards.</summary>
    public JsonObject Settle(ResourceType type, JsonObject item)
    {
        if (type == ResourceTypes.Deployments)
        {
            SettleDeployment(item);
        }
        else if (type == ResourceTypes.ReplicaSets)
        {
            SettleReplicaSet(item);
        }
        else if (FinishedStatus.FollowsSpec(type))
        {
            return store.Update(type, item.Namespace(), item.Name(), live => FinishedStatus.Renewed(type, live, store.Timestamp));
        }
        else if (type == ResourceTypes.CustomResourceDefinitions)
        {
            store.Catalog.Replace(item.Name(), CustomKinds.TypesOf(item));
        }
        else
        {
            return item;
        }

        return store.Find(type, item.Namespace(), item.Name()) ?? item;
    }

    public void Deleted(ResourceType type, JsonObject item)
    {
        if (type == ResourceTypes.CustomResourceDefinitions)
        {
            RemoveKind(item.Name());
            return;
        }

        IEnumerable<ResourceType> kept = store.Catalog.All.Where(t => t.Serves("delete") && t.StoredForm is null).DistinctBy(t => t.StorageName);
        foreach (ResourceType dependant in kept.Where(t => t.Namespaced))
        {
            foreach (JsonObject other in store.List(dependant, type == ResourceTypes.Namespaces ? item.Name() : item.Namespace()).Items)
            {
                if (type == ResourceTypes.Namespaces || IsOwnedBy(other, item))
                {
                    DeleteQuietly(dependant, other);
                }
            }
        }
    }

    /// <summary>A definition takes the objects of its kind with it.</summary>
    private void RemoveKind(string qualifiedName)
    {
        if (store.Catalog.All.FirstOrDefault(t => t.QualifiedName == qualifiedName) is { } kind)
        {
            foreach (JsonObject item in store.List(kind, "").Items)
            {
                DeleteQuietly(kind, item);
            }
        }

        store.Catalog.Replace(qualifiedName, []);
    }

    private void DeleteQuietly(ResourceType type, JsonObject item)
    {
        try
        {
            Deleted(type, store.Delete(type, item.Namespace(), item.Name()));
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
        }
    }

    private void SettleDeployment(JsonObject deployment)
    {
        (string ns, string name) = (deployment.Namespace(), deployment.Name());
        if (deployment.At("spec", "template") is not JsonObject template)
        {
            return;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Json.Bytes(template)))[..10];
        string current = $"{name}-{hash}";
        long replicas = deployment.Number("spec", "replicas") ?? 1;
        long revision = 1;
        foreach (JsonObject old in store.List(ResourceTypes.ReplicaSets, ns).Items.Where(set => IsOwnedBy(set, deployment) && set.Name() != current))
        {
            revision = Math.Max(revision, Revision(old) + 1);
            SettleReplicaSet(store.Update(ResourceTypes.ReplicaSets, ns, old.Name(), live => With(live, "replicas", 0)));
        }

        if (store.Find(ResourceTypes.ReplicaSets, ns, current) is null)
        {
            store.Create(ResourceTypes.ReplicaSets, ns, NewReplicaSet(deployment, template, current, hash), dryRun: false);
        }

        SettleReplicaSet(store.Update(ResourceTypes.ReplicaSets, ns, current, live => With(WithRevision(live, Math.Max(revision, Revision(live))), "replicas", replicas)));
        store.Update(ResourceTypes.Deployments, ns, name, live => WithStatus(WithRevision(live, revision), DeploymentStatus(live, replicas)));
    }

    private void SettleReplicaSet(JsonObject set)
    {
        (string ns, string name) = (set.Namespace(), set.Name());
        long replicas = set.Number("spec", "replicas") ?? 1;
        List<JsonObject> pods = [.. store.List(ResourceTypes.Pods, ns).Items.Where(p => IsOwnedBy(p, set))];
        foreach (JsonObject surplus in pods.Skip((int)replicas))
        {
            DeleteQuietly(ResourceTypes.Pods, surplus);
        }

        for (int i = pods.Count; i < replicas; i++)
        {
            JsonObject pod = set.At("spec", "template")?.DeepClone() as JsonObject ?? [];
            JsonObject metadata = pod.Ensure("metadata");
            metadata["generateName"] = name + "-";
            metadata["ownerReferences"] = Owner(set, ResourceTypes.ReplicaSets);
            Admit(ResourceTypes.Pods, pod);
            store.Create(ResourceTypes.Pods, ns, pod, dryRun: false);
        }

        store.Update(ResourceTypes.ReplicaSets, ns, name, live => WithStatus(live, new JsonObject
        {
            ["replicas"] = replicas,
            ["fullyLabeledReplicas"] = replicas,
            ["readyReplicas"] = replicas,
            ["availableReplicas"] = replicas,
            ["observedGeneration"] = live.Number("metadata", "generation") ?? 1,
        }));
    }

    private JsonObject DeploymentStatus(JsonObject live, long replicas) => new()
    {
        ["observedGeneration"] = live.Number("metadata", "generation") ?? 1,
        ["replicas"] = replicas,
        ["updatedReplicas"] = replicas,
        ["readyReplicas"] = replicas,
        ["availableReplicas"] = replicas,
        ["conditions"] = live.At("status", "conditions")?.DeepClone() ?? new JsonArray(
            Condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
            Condition("Progressing", "NewReplicaSetAvailable", "ReplicaSet has successfully progressed.")),
    };

    private JsonObject Condition(string type, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastUpdateTime"] = store.Timestamp,
        ["lastTransitionTime"] = store.Timestamp,
        ["reason"] = reason,
        ["message"] = message,
    };

    private static JsonObject NewReplicaSet(JsonObject deployment, JsonObject template, string name, string hash)
    {
        JsonObject podTemplate = template.Clone();
        podTemplate.Ensure("metadata", "labels")["pod-template-hash"] = hash;
        JsonObject selector = deployment.At("spec", "selector")?.DeepClone() as JsonObject ?? [];
        selector.Ensure("matchLabels")["pod-template-hash"] = hash;
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = podTemplate.At("metadata", "labels")!.DeepClone(),
                ["ownerReferences"] = Owner(deployment, ResourceTypes.Deployments),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = podTemplate },
        };
    }

    private static JsonArray Owner(JsonObject owner, ResourceType type) => new(new JsonObject
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    });

    private static bool IsOwnedBy(JsonObject item, JsonObject owner) => item.Items("metadata", "ownerReferences").Any(o => o.Text("uid") == owner.Uid());

    private static long Revision(JsonObject item) =>
        long.TryParse(item.Text("metadata", "annotations", RevisionAnnotation), CultureInfo.InvariantCulture, out long revision) ? revision : 0;

    private static JsonObject WithRevision(JsonObject live, long revision)
    {
        live.Ensure("metadata", "annotations")[RevisionAnnotation] = revision.ToString(CultureInfo.InvariantCulture);
        return live;
    }

    private static JsonObject With(JsonObject live, string field, long value)
    {
        live.Ensure("spec")[field] = value;
        return live;
    }

    private static JsonObject WithStatus(JsonObject live, JsonObject status)
    {
        live["status"] = status;
        return live;
    }

    private static void EncodeStringData(JsonObject secret)
    {
        secret["type"] ??= "Opaque";
        if (secret["stringData"] is JsonObject plain)
        {
            foreach ((string key, JsonNode? value) in plain)
            {
                secret.Ensure("data")[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
            }

            secret.Remove("stringData");
        }
    }
}
