namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>One operation's use of one kubectl against one target, with a home directory of its own.</summary>
internal sealed class KubectlSession(KubectlBuild build, KubeTarget target, Transport transport, string home, CancellationToken cancellationToken)
{
    private readonly string suffix = Guid.NewGuid().ToString("N")[..8];

    public KubectlBuild Build => build;

    public KubeTarget Target => target;

    public string Directory { get; } = System.IO.Directory.CreateDirectory(Path.Combine(home, $"work-{Guid.NewGuid():N}")).FullName;

    public CancellationToken Cancelled => cancellationToken;

    private Dictionary<string, string> Environment
    {
        get
        {
            string webSockets = transport == Transport.WebSocket ? "true" : "false";
            return new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["KUBECONFIG"] = target.Kubeconfig,
                ["KUBECACHEDIR"] = Path.Combine(home, "cache"),
                ["XDG_CACHE_HOME"] = Path.Combine(home, "cache"),
                ["XDG_CONFIG_HOME"] = Path.Combine(home, "config"),
                ["XDG_DATA_HOME"] = Path.Combine(home, "data"),
                ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = webSockets,
                ["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = webSockets,
                ["NO_PROXY"] = "127.0.0.1,localhost",
            };
        }
    }

    /// <summary>A name that no other operation uses.</summary>
    public string Name(string stem) => $"{stem}-{suffix}";

    public string WriteFile(string name, string content)
    {
        string path = Path.Combine(Directory, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs kubectl and demands success.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> KubectlAsync(params string[] arguments)
    {
        ProgramResult result = await TryAsync(build.Kubectl, null, arguments);
        result.ExitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {result.All}");
        return result.Output;
    }

    public Task<ProgramResult> TryKubectlAsync(string? input, params string[] arguments) => TryAsync(build.Kubectl, input, arguments);

    public async Task<string> HelmAsync(params string[] arguments)
    {
        ProgramResult result = await TryHelmAsync(arguments);
        result.ExitCode.ShouldBe(0, $"helm {string.Join(' ', arguments)}: {result.All}");
        return result.Output;
    }

    public Task<ProgramResult> TryHelmAsync(params string[] arguments) => TryAsync(build.Helm, null, arguments);

    /// <summary>Runs kubectl with one more environment variable, and demands success.</summary>
    public async Task<string> KubectlWithAsync(string variable, string value, params string[] arguments)
    {
        Dictionary<string, string> environment = Environment;
        environment[variable] = value;
        ProgramResult result = await Run(build.Kubectl, arguments, environment).RunAsync(cancellationToken);
        result.ExitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {result.All}");
        return result.Output;
    }

    public RunningProgram StartKubectl(params string[] arguments) => Run(build.Kubectl, arguments, Environment).Start();

    /// <summary>Starts kubectl on a terminal of its own, by util-linux's <c>script</c>.</summary>
    public RunningProgram StartKubectlOnTerminal(string arguments) =>
        Run("script", ["-q", "-e", "-c", $"'{build.Kubectl}' {arguments}", "/dev/null"], Environment).Start();

    private Task<ProgramResult> TryAsync(string program, string? input, string[] arguments) =>
        (Run(program, arguments, Environment) with { Input = input }).RunAsync(cancellationToken);

    private ProgramRun Run(string program, string[] arguments, Dictionary<string, string> environment) =>
        new(program, arguments) { Environment = environment, WorkingDirectory = Directory };
}
