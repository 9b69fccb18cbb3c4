using Tidegate.Configuration;

namespace Tidegate.Tests.Configuration;

public sealed class CredentialFileTests
{
    [Theory]
    [InlineData("${CREDENTIALS_DIRECTORY}/git-token", null, "", "/etc/tidegate/credentials/git-token")]
    [InlineData("${CREDENTIALS_DIRECTORY}/git-token", "", "", "/etc/tidegate/credentials/git-token")]
    [InlineData("${CREDENTIALS_DIRECTORY}/git-token", "/run/c", "/run/c/tidegate_git-token", "/run/c/tidegate_git-token")]
    [InlineData("${CREDENTIALS_DIRECTORY}/git-token", "/run/c", "/run/c/git-token", "/run/c/git-token")]
    [InlineData("${CREDENTIALS_DIRECTORY}/git-token", "/run/c", "", "/run/c/tidegate_git-token")]
    [InlineData("${CREDENTIALS_DIRECTORY}/", "/run/c", "", null)]
    [InlineData("${CREDENTIALS_DIRECTORY}/..", "/run/c", "", null)]
    [InlineData("${CREDENTIALS_DIRECTORY}/../shadow", null, "", null)]
    [InlineData("${CREDENTIALS_DIRECTORY}/a/b", "/run/c", "", null)]
    [InlineData("${CREDENTIALS_DIRECTORY}/a:b", "/run/c", "", null)]
    public void A_name_is_found_where_systemd_puts_it(string text, string? directory, string there, string? path)
    {
        CredentialFile.IsMeant(text).ShouldBeTrue();
        CredentialFile.Resolve(text, directory, p => p == there).ShouldBe(path);
    }

    [Theory]
    [InlineData("/etc/tidegate/server.key")]
    [InlineData("$CREDENTIALS_DIRECTORY/server.key")]
    [InlineData("/etc/${CREDENTIALS_DIRECTORY}/server.key")]
    public void Anything_else_is_a_path(string text) => CredentialFile.IsMeant(text).ShouldBeFalse();

    [Theory]
    [InlineData("/run/credentials/tidegate.service/tidegate_git-token", "git-token")]
    [InlineData("/etc/tidegate/credentials/tidegate_x", "tidegate_x")]
    public void A_missing_one_says_which_file_to_make_and_what_to_run(string path, string name) => CredentialFile.Remedy(path).ShouldBe(
        $"the credential {name} is missing; put it into /etc/tidegate/credentials/{name}, for root alone, and run: systemctl restart tidegate");

    [Fact]
    public void Every_secret_of_the_configuration_may_be_one()
    {
        var text = ConfigurationFixture.Minimal
            .Replace("/etc/tidegate/server-key.pem", "\"${CREDENTIALS_DIRECTORY}/server.key\"", StringComparison.Ordinal)
            .Replace("url: /srv/git/clusters.git", "url: https://git.example.com/c.git, token_file: \"${CREDENTIALS_DIRECTORY}/git-token\", ca_file: \"${CREDENTIALS_DIRECTORY}/ca.pem\"", StringComparison.Ordinal);
        var configuration = ConfigurationFixture.Load(text);
        configuration.KubernetesService.HttpsKeypairs[0].KeyFile.ShouldBe("/etc/tidegate/credentials/server.key");
        configuration.GitOpsService.Repository.TokenFile.ShouldBe("/etc/tidegate/credentials/git-token");
        configuration.Files.Where(f => f.Kind == FileReferenceKind.Credential).Select(f => f.Field).ShouldBe(
            ["gitops_service.repository.token_file", "gitops_service.repository.ca_file", "kubernetes_service.https_keypairs[0].key_file"], ignoreOrder: true);
    }

    [Fact]
    public void A_path_out_of_the_folder_is_an_error_with_its_place()
    {
        var text = ConfigurationFixture.Minimal.Replace("/etc/tidegate/server-key.pem", "\"${CREDENTIALS_DIRECTORY}/../shadow\"", StringComparison.Ordinal);
        ConfigurationReader.Parse("teleport.yaml", text).Errors.ShouldHaveSingleItem().ToString().ShouldContain(
            "kubernetes_service.https_keypairs[0].key_file: \"${CREDENTIALS_DIRECTORY}/../shadow\" names no credential; ");
    }
}
