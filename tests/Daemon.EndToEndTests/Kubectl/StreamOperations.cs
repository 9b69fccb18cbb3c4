using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>Operations on streams.</summary>
internal static partial class StreamOperations
{
    private const int LargeFile = 5 * 1024 * 1024;

    public static async Task ExecAsync(KubectlSession session)
    {
        ProgramResult result = await session.TryKubectlAsync(null, "exec", "-n", "default", "web-0", "--", "sh", "-c", "echo out $HOSTNAME; echo err >&2; exit 7");
        result.ExitCode.ShouldBe(7, result.All);
        result.Output.ShouldBe("out web-0\n");
        result.Error.ShouldContain("err\n");
        result.Error.ShouldContain("command terminated with exit code 7");
    }

    public static async Task ExecInputAsync(KubectlSession session)
    {
        ProgramResult result = await session.TryKubectlAsync("first\nsecond\n", "exec", "-i", "-n", "default", "web-0", "--", "cat");
        result.ExitCode.ShouldBe(0, result.All);
        result.Output.ShouldBe("first\nsecond\n");
    }

    public static async Task ExecTerminalAsync(KubectlSession session)
    {
        await using RunningProgram shell = session.StartKubectlOnTerminal("exec -it -n default web-0 -- sh");
        await shell.WaitForAsync("/ # ", session.Cancelled);
        await shell.WriteAsync("tty\r", session.Cancelled);
        await shell.WaitForAsync("/dev/pts/0", session.Cancelled);
        await shell.WriteAsync("exit 5\r", session.Cancelled);
        ProgramResult result = await shell.WaitForExitAsync(TimeSpan.FromMinutes(5), session.Cancelled);
        result.ExitCode.ShouldBe(5, result.All);
    }

    public static async Task AttachAsync(KubectlSession session)
    {
        string line = session.Name("typed");
        ProgramResult result = await session.TryKubectlAsync(line + "\n", "attach", "-i", "-n", "default", "web-0");
        result.ExitCode.ShouldBe(0, result.All);
        result.Output.ShouldContain($"web-0: {line}\n");
    }

    public static async Task CopyAsync(KubectlSession session)
    {
        byte[] content = RandomNumberGenerator.GetBytes(LargeFile);
        string there = $"default/web-0:/tmp/{session.Name("large")}";
        await File.WriteAllBytesAsync(Path.Combine(session.Directory, "up"), content, session.Cancelled);
        await session.KubectlAsync("cp", "up", there);
        await session.KubectlAsync("cp", there, "down");
        byte[] back = await File.ReadAllBytesAsync(Path.Combine(session.Directory, "down"), session.Cancelled);
        Convert.ToHexString(SHA256.HashData(back)).ShouldBe(Convert.ToHexString(SHA256.HashData(content)));
    }

    public static async Task PortForwardAsync(KubectlSession session)
    {
        await using RunningProgram forward = session.StartKubectl("port-forward", "-n", "default", "web-0", ":80");
        string output = await forward.WaitForAsync(" -> 80", session.Cancelled);
        string address = LocalAddress().Match(output).Value;
        using HttpClient client = new();
        (await client.GetStringAsync($"http://{address}/hello", session.Cancelled)).ShouldBe("pod web-0 in default port 80: GET /hello\n");
        byte[][] large = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.GetByteArrayAsync($"http://{address}/bytes/1000000", session.Cancelled)));
        large.ShouldAllBe(body => body.Length == 1_000_000);
    }

    public static async Task DebugAsync(KubectlSession session)
    {
        string container = session.Name("debugger");
        ProgramResult result = await session.TryKubectlAsync(
            "echo debugging $HOSTNAME\nexit\n",
            "debug", "-i", "-n", "default", "web-1", "--image=registry.example.com/tools:1", "-c", container);
        result.ExitCode.ShouldBe(0, result.All);
        result.Output.ShouldContain("debugging web-1");
        (await session.KubectlAsync("get", "pod", "-n", "default", "web-1", "-o", "jsonpath={.spec.ephemeralContainers[*].name}")).ShouldContain(container);
    }

    public static async Task ProxyAsync(KubectlSession session)
    {
        await using RunningProgram proxy = session.StartKubectl("proxy", "--port=0", "--append-server-path");
        string address = LocalAddress().Match(await proxy.WaitForAsync("Starting to serve on", session.Cancelled)).Value;
        using HttpClient client = new();
        (await client.GetStringAsync($"http://{address}/api/v1/namespaces/default/pods/web-0", session.Cancelled)).ShouldContain("\"name\":\"web-0\"");
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex LocalAddress();
}
