using Tidegate.Cli;

namespace Tidegate.Tests.Cli;

public sealed class SystemdUnitTests
{
    [Fact]
    public void The_packaged_unit_is_what_an_installation_with_its_paths_gets() =>
        new SystemdUnit().Service().ShouldContain("\nExecStart=/usr/bin/tidegate start --config=/etc/tidegate/teleport.yaml\n");

    [Fact]
    public void Other_paths_and_limits_go_into_their_lines_and_nothing_else_changes()
    {
        var standard = new SystemdUnit().Service().Split('\n');
        var own = new SystemdUnit
        {
            Program = "/opt/tidegate/tidegate",
            Configuration = "/srv/gate.yaml",
            EnvironmentFile = "/srv/gate.env",
            OpenFiles = 1000,
            KnowsReload = true,
        }.Service().Split('\n');
        own.Length.ShouldBe(standard.Length);
        own.Except(standard).Where(l => !l.StartsWith('#')).ShouldBe(
        [
            "Type=notify-reload",
            "EnvironmentFile=-/srv/gate.env",
            "ExecStart=/opt/tidegate/tidegate start --config=/srv/gate.yaml",
            "ExecReload=/opt/tidegate/tidegate reload --config=/srv/gate.yaml",
            "LimitNOFILE=1000",
        ]);
    }

    [Theory]
    [InlineData("/opt/my gate/tidegate")]
    [InlineData("/opt/%n/tidegate")]
    [InlineData("/opt/$HOME/tidegate")]
    [InlineData("/opt/a\nExecStartPre=+/bin/sh")]
    public void A_path_that_a_unit_would_read_otherwise_is_refused(string path) =>
        Should.Throw<CommandException>(() => new SystemdUnit { Program = path }.Service()).ExitCode.ShouldBe(2);

    [Theory]
    [InlineData("systemd 252 (252.39-1~deb12u2)\n+PAM +AUDIT\n", 252)]
    [InlineData("systemd 257.9 (257.9-1)\n", 257)]
    [InlineData("systemd 256~rc1 (256~rc1-1)\n", 256)]
    [InlineData("System has not been booted", 0)]
    [InlineData("", 0)]
    public void The_version_is_read(string text, int version) => SystemdUnit.VersionOf(text).ShouldBe(version);

    [Fact]
    public void The_socket_comes_along() => SystemdUnit.Socket().ShouldContain("\nListenStream=3026\n");
}
