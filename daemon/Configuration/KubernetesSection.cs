using System.Net;
using System.Text.RegularExpressions;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Reads <c>kubernetes_service</c>.</summary>
internal static partial class KubernetesSection
{
    /// <summary>Teleport's parser takes 3023, its ssh port, for a listen_addr without a port; its documentation says 3026 for both.</summary>
    private const int DefaultPort = 3026;

    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultDrainTimeout = TimeSpan.FromSeconds(30);

    public static KubernetesServiceOptions Read(SectionReader section)
    {
        var enabled = section.MustBeEnabled("this daemon runs no other service that people could use");
        var options = new KubernetesServiceOptions
        {
            Enabled = enabled,
            ListenAddr = section.ListenAddress("listen_addr", DefaultPort) ?? new(IPAddress.Any, DefaultPort),
            PublicAddr = PublicAddresses(section),
            HttpsKeypairs = Keypairs(section, enabled),
            ClientCaFile = ClientCa(section, enabled),
            ContinueKeyFile = section.FilePath("continue_key_file", FileReferenceKind.Secret),
            KubeconfigFile = section.FilePath("kubeconfig_file", FileReferenceKind.Secret),
            KubeconfigDirectories = Directories(section),
            AllowInsecureSkipTlsVerify = section.Flag("allow_insecure_skip_tls_verify", absent: false),
            AllowAddresses = section.AddressRanges("allow_addresses"),
            Resources = Resources(section),
            AllowSystemPrincipals = AllowedSystemPrincipals(section),
            Labels = StaticLabels(section.Section("labels")),
            ConnectTimeout = section.Duration("connect_timeout", DefaultConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            Limits = LimitsSection.Read(section.Section("limits")),
            DrainTimeout = section.Duration("drain_timeout", DefaultDrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
        };
        section.Unsupported("commands");
        section.Unsupported("kube_cluster_name");
        if (enabled && section.Node("resources") is null && section.Node("kubeconfig_file") is null)
        {
            section.Missing("resources", "without it and without kubeconfig_file there is no cluster to serve; '*': '*' as labels takes every cluster");
        }

        section.Close();
        return options;
    }

    private static EquatableList<HostPort> PublicAddresses(SectionReader section) =>
        section.Values("public_addr").Select(s => section.PublicAddress(s, DefaultPort)).OfType<HostPort>().ToEquatableList();

    private static EquatableList<HttpsKeypair> Keypairs(SectionReader section, bool required)
    {
        const string Remedy = "name the PEM file";
        var pairs = new List<HttpsKeypair>();
        foreach (var item in section.Sections("https_keypairs"))
        {
            var cert = RequiredFile(item, "cert_file", $"{Remedy} of the server certificate with its chain");
            var key = RequiredFile(item, "key_file", $"{Remedy} of its private key", FileReferenceKind.Secret);
            item.Close();
            if (cert is not null && key is not null)
            {
                pairs.Add(new(cert, key));
            }
        }

        if (required && section.Node("https_keypairs") is null or YamlSequence { IsEmpty: true })
        {
            section.Missing("https_keypairs", "give a list with cert_file and key_file; this version has no authority of its own");
        }

        return pairs.ToEquatableList();
    }

    private static string ClientCa(SectionReader section, bool required) =>
        required
            ? RequiredFile(section, "client_ca_file", "name the PEM file of the authorities that issue client certificates") ?? ""
            : section.FilePath("client_ca_file", FileReferenceKind.Input) ?? "";

    private static string? RequiredFile(SectionReader section, string key, string remedy, FileReferenceKind kind = FileReferenceKind.Input)
    {
        if (section.Node(key) is null)
        {
            section.Missing(key, remedy);
            return null;
        }

        return section.FilePath(key, kind);
    }

    private static EquatableList<string> Directories(SectionReader section) =>
        section.Values("kubeconfig_directories").Select(s => section.FilePath(s, FileReferenceKind.Directory)).OfType<string>().ToEquatableList();

    private static EquatableList<EquatableMap<EquatableList<string>>> Resources(SectionReader section)
    {
        var selectors = new List<EquatableMap<EquatableList<string>>>();
        foreach (var item in section.Sections("resources"))
        {
            var labels = item.Section("labels");
            item.Unsupported("aws");
            item.Close();
            if (!labels.Keys.Any())
            {
                // Teleport takes such an item, lets it match nothing and then never looks at those after it.
                item.Error("has no labels and would match nothing; add labels ('*': '*' takes every cluster) or remove the item");
            }
            else
            {
                selectors.Add(Selector(labels));
            }
        }

        return selectors.ToEquatableList();
    }

    private static EquatableMap<EquatableList<string>> Selector(SectionReader labels)
    {
        var selector = new List<KeyValuePair<string, EquatableList<string>>>();
        foreach (var key in labels.Keys.ToArray())
        {
            CheckLabelKey(labels, key);
            var values = labels.Values(key.Text);
            if (labels.Node(key.Text) is null or YamlSequence { IsEmpty: true })
            {
                labels.Problems.Error(key.Place, key.Field, "has no value and would match nothing; write '*' for any value or \"\" for the empty one");
            }

            foreach (var value in values)
            {
                CheckPattern(labels, key, value);
            }

            selector.Add(new(key.Text, values.Select(v => v.Text).ToEquatableList()));
        }

        return EquatableMap<EquatableList<string>>.From(selector);
    }

    /// <summary>Compiles each value on its own, so that an error has the value's place.</summary>
    private static void CheckPattern(SectionReader labels, Setting key, Setting value)
    {
        var single = EquatableMap<EquatableList<string>>.From([new(key.Text, [value.Text])]);
        if (LabelSelector.Compile(single, out var error) is null)
        {
            labels.Problems.Error(value.Place, value.Field, error ?? "is not a valid expression");
        }
    }

    private static EquatableList<string> AllowedSystemPrincipals(SectionReader section)
    {
        var names = new List<string>();
        foreach (var setting in section.Values("allow_system_principals"))
        {
            if (SystemPrincipals.EntryError(setting.Text) is { } error)
            {
                section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" {error}");
            }
            else
            {
                names.Add(setting.Text);
            }
        }

        return names.Distinct(StringComparer.Ordinal).ToEquatableList();
    }

    private static LabelSet StaticLabels(SectionReader section)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var key in section.Keys.ToArray())
        {
            CheckLabelKey(section, key);
            if (key.Text == OriginLabel.Key)
            {
                section.Problems.Error(key.Place, key.Field, "is set by the gate, by where a cluster comes from; remove it");
            }

            if (section.Value(key.Text) is { } value)
            {
                labels.Add(new(key.Text, value.Text));
            }
            else if (section.Node(key.Text) is null)
            {
                section.Problems.Error(key.Place, key.Field, "has no value; write \"\" for the empty one");
            }
        }

        return LabelSet.From(labels);
    }

    private static void CheckLabelKey(SectionReader section, Setting key)
    {
        if (!LabelKey().IsMatch(key.Text))
        {
            section.Problems.Error(key.Place, key.Field, $"invalid label key: \"{key.Text}\"; letters, digits and / . _ : * - are allowed");
        }
    }

    /// <summary>Teleport's pattern for the keys of labels.</summary>
    [GeneratedRegex(@"\A[a-zA-Z/.0-9_:*-]+\z")]
    private static partial Regex LabelKey();
}
