using Tidegate.Configuration;
using Tidegate.Manifests;
using Tidegate.Metrics;
using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manual;

/// <summary>All manual pages, as paths below the output folder with their contents.</summary>
internal static class ManualPages
{
    /// <summary>
    /// The page of teleport.yaml. Under the file's own name it would stand in the way of a page that Teleport may ship one day.
    /// </summary>
    public const string ConfigurationName = "tidegate-teleport.yaml";

    /// <summary>A manifest is short: its example shows all of it.</summary>
    private static readonly Dictionary<string, string> NoSamples = [];

    public static IEnumerable<(string Path, string Content)> Of(CommandNode root, IReadOnlyList<ExitMeaning> exitCodes, Edition edition)
    {
        foreach (var (title, roff) in new CommandPage(root, exitCodes, ManualTexts.Commands(), edition).All())
        {
            yield return (title.File, roff);
        }

        foreach (var (title, page) in FilePages(edition))
        {
            yield return (title.File, page.Roff());
        }

        yield return WrittenPage.Daemon(edition);
        yield return WrittenPage.Metrics(edition, MetricTable.All);
    }

    /// <summary>The formats of files: the configuration and each kind of manifest.</summary>
    public static IEnumerable<(PageTitle Title, FilePage Page)> FilePages(Edition edition)
    {
        yield return FilePage(ConfigurationName, ConfigurationReader.Settings(), new ConfigurationExample().Values, edition);
        foreach (var kind in ResourceKind.All)
        {
            yield return FilePage("tidegate-" + kind, ManifestReader.Fields(kind), NoSamples, edition);
        }
    }

    private static (PageTitle Title, FilePage Page) FilePage(
        string name, FieldCatalog catalog, IReadOnlyDictionary<string, string> samples, Edition edition)
    {
        var text = ManualTexts.Page(name + ".5");
        var title = new PageTitle(name, 5, text.Summary);
        return (title, new(title, catalog, text, samples, edition));
    }
}
