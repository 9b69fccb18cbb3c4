using System.Text;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Configuration;

/// <summary>
/// Reads a teleport.yaml strictly: an unknown key, a duplicate, a wrong type or a value out of range is an error, and all of them are
/// reported at once, each with line, column, field and remedy.
/// </summary>
internal static class ConfigurationReader
{
    /// <summary>Longer files are refused unread.</summary>
    public const int MaxBytes = 1024 * 1024;

    public const string DefaultPath = "/etc/tidegate/teleport.yaml";

    /// <summary>Without these two the daemon has nothing to do, and what they require would not be asked for.</summary>
    private static readonly Dictionary<string, string> Enabled = new() { ["gitops_service.enabled"] = "yes", ["kubernetes_service.enabled"] = "yes" };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. A file that cannot be read is an error in the result, no exception.</summary>
    public static ConfigurationResult Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[MaxBytes + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count > MaxBytes
                ? Unreadable(path, $"is larger than {MaxBytes / 1024} KiB; a configuration is far smaller, so this is some other file")
                : Parse(path, StrictUtf8.GetString(bytes, 0, count));
        }
        catch (DecoderFallbackException)
        {
            return Unreadable(path, "is not UTF-8 text; save it as UTF-8");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, "does not exist; name the file with --config, or write one with 'tidegate configure'");
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable(path, Directory.Exists(path) ? "is a folder; name the file in it" : "may not be read by this user; check owner and mode");
        }
        catch (IOException e)
        {
            return Unreadable(path, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Every setting that a teleport.yaml may have, as the sections read it.</summary>
    public static FieldCatalog Settings() => FieldCatalog.Explore(Enabled, (text, catalog) => ReadDocument(new ProblemList("teleport.yaml", catalog), text));

    /// <param name="fileName">The name that problems carry.</param>
    public static ConfigurationResult Parse(string fileName, string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return Unreadable(fileName, $"is larger than {MaxBytes / 1024} KiB; a configuration is far smaller, so this is some other file");
        }

        return ReadDocument(new ProblemList(fileName), text);
    }

    private static ConfigurationResult ReadDocument(ProblemList problems, string text) =>
        YamlTree.Read(text.TrimStart('\uFEFF'), problems) switch
        {
            null => problems.Result(null),
            YamlMapping root => problems.Result(Sections(SectionReader.Root(problems, root), problems) with { Written = WrittenSettings.Of(root) }),
            var other => NotAMapping(problems, other),
        };

    private static TidegateConfiguration Sections(SectionReader root, ProblemList problems)
    {
        root.Choice("version", "v3", ("v1", "v1"), ("v2", "v2"), ("v3", "v3"));
        var teleport = TeleportSection.Read(root.Section("teleport"));
        var gitOps = GitOpsSection.Read(root.Section("gitops_service"));
        var kubernetes = KubernetesSection.Read(root.Section("kubernetes_service"));
        OtherServices.Read(root);
        root.Close();
        return new(teleport, gitOps, kubernetes) { Files = problems.Files };
    }

    private static ConfigurationResult NotAMapping(ProblemList problems, YamlNode root)
    {
        var (place, kind) = root.IsNull ? (default, "an empty document") : (root.Place, root.Kind);
        problems.Error(place, "", $"must be a mapping with sections such as kubernetes_service, not {kind}");
        return problems.Result(null);
    }

    private static ConfigurationResult Unreadable(string file, string message) => new(null, [new Problem(file, 0, 0, "", message)], []);
}
