using Tidegate.Configuration;

namespace Tidegate.Tests.Configuration;

/// <summary>packaging/etc/teleport.yaml: what an administrator finds after the installation.</summary>
public sealed class ShippedConfigurationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "shipped-teleport.yaml"));

    /// <summary>The credentials' folder is named as the service sees it; the reader itself may run without the service.</summary>
    [Fact]
    public void The_conffile_loads_as_it_is_shipped()
    {
        var result = ConfigurationReader.Parse("teleport.yaml", Text.Replace("${CREDENTIALS_DIRECTORY}", "/etc/tidegate/credentials", StringComparison.Ordinal));

        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
        var configuration = result.Configuration.ShouldNotBeNull();
        configuration.Teleport.DataDir.ShouldBe("/var/lib/tidegate");
        configuration.KubernetesService.ListenAddr.ToString().ShouldBe("0.0.0.0:3026", "the port of tidegate.socket");
    }

    [Fact]
    public void Its_head_says_how_many_lines_to_edit_and_names_every_file_to_supply()
    {
        var marks = Text.Split('\n').Count(line => line.Contains("# EDIT:", StringComparison.Ordinal));
        var head = Text[..Text.IndexOf("version: v3", StringComparison.Ordinal)];

        head.ShouldContain("the three lines marked EDIT");
        marks.ShouldBe(3);
        foreach (var setting in Text.Split('\n').Where(line => !line.TrimStart().StartsWith('#') && line.Contains("_file: ", StringComparison.Ordinal)))
        {
            head.ShouldContain(setting[(setting.IndexOf("_file: ", StringComparison.Ordinal) + 7)..].Replace("${CREDENTIALS_DIRECTORY}", "/etc/tidegate/credentials", StringComparison.Ordinal));
        }
    }
}
