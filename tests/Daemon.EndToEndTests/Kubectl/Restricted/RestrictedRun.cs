using System.Globalization;
using System.Text.RegularExpressions;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;

namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>
/// One case with one kubectl over one transport. In every text <c>{v}</c> is the version's minor, <c>{id}</c> is a name of this run alone, and <c>{raw}</c> is what
/// this kubectl's <c>--raw</c> needs before a path, because older ones forget the server's. The verbs:
/// <list type="table">
/// <item><term>$ WORDS, $root WORDS</term><description>kubectl, as the case's person or as root; it must end with 0 unless <c>exit</c> follows</description></item>
/// <item><term>helm WORDS</term><description>helm, likewise</description></item>
/// <item><term>edit SED WORDS</term><description>kubectl edit with sed as the editor</description></item>
/// <item><term>file NAME TEXT</term><description>a file where commands run; <c>\n</c> is a line feed</description></item>
/// <item><term>type TEXT</term><description>what the next kubectl reads</description></item>
/// <item><term>&amp; WORDS, end</term><description>kubectl beside the rest, until the end</description></item>
/// <item><term>until TEXT, never TEXT</term><description>waits until that one wrote a text; what it had not written by then</description></item>
/// <item><term>fetch PATH TEXT</term><description>what answers at the local address that it named</description></item>
/// <item><term>emit NAMESPACE POD TEXT</term><description>a line in a pod's log</description></item>
/// <item><term>out, err, not, is, like</term><description>standard output holds, error holds, neither holds, output is, output matches</description></item>
/// <item><term>sees KIND PATTERNS</term><description>the objects of the output are those of the cluster that the patterns name</description></item>
/// <item><term>left KIND NAMESPACE NAMES</term><description>what the cluster has there then</description></item>
/// <item><term>record DECISION VERB KIND ROLE</term><description>what the audit file says of it; the role is <c>-</c> where none decided</description></item>
/// </list>
/// </summary>
internal sealed partial class RestrictedRun(RestrictedScene scene, KubectlBuild build, Transport transport, RestrictedCase @case) : IAsyncDisposable
{
    public static readonly string[] Actions = ["helm", "edit", "file", "type", "&", "end", "emit", "exit"];

    public static readonly string[] Checks = ["exit", "until", "never", "fetch", "out", "err", "not", "is", "like", "sees", "left", "record"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource limit = new(Limit);
    private readonly string id = $"{build.Minor}{Guid.NewGuid().ToString("N")[..6]}";
    private readonly long auditFrom = scene.Audit.Length;
    private readonly int requestsFrom = scene.Cluster.Requests.Count;
    private KubectlSession me = null!;
    private RunningProgram? beside;
    private ProgramResult last = new(0, "", "");
    private string[] words = [];
    private string? input;

    public async Task RunAsync()
    {
        me = scene.Session(build, @case.Person, transport, limit.Token);
        for (int i = 0; i < @case.Steps.Count; i++)
        {
            RestrictedStep step = @case.Steps[i];
            string text = Filled(step.Text);
            try
            {
                await StepAsync(step.Verb, text);
                if ((step.Verb[0] == '$' || step.Verb == "helm") && @case.Steps.ElementAtOrDefault(i + 1)?.Verb != "exit")
                {
                    last.ExitCode.ShouldBe(0, last.All);
                }
            }
            catch (Exception e) when (e is ShouldAssertException or TimeoutException or HttpRequestException)
            {
                Assert.Fail($"kubectl 1.{build.Minor}, {transport}, {step.Place}: {step.Verb} {text}\n{e.Message}\n--- the last output was\n{last.All}");
            }
        }

        // What is refused does not arrive, and is tried again over SPDY by those that began with a WebSocket.
        if (transport != Transport.Http && last.ExitCode == 0)
        {
            scene.Cluster.Requests.Skip(requestsFrom).Where(IsMine).SelectMany(r => r.Values("Upgrade")).Distinct()
                .ShouldBe([transport == Transport.Spdy ? "SPDY/3.1" : "websocket"]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        limit.Dispose();
    }

    private Task StepAsync(string verb, string text) => verb switch
    {
        "$" or "$root" or "helm" => CommandAsync(verb, text),
        "edit" or "file" or "type" or "&" or "end" or "emit" => ActAsync(verb, text),
        "until" or "fetch" or "record" => AwaitAsync(verb, text),
        _ => Task.Run(() => Check(verb, text)),
    };

    private async Task CommandAsync(string verb, string text)
    {
        words = CommandWords.Split(text);
        KubectlSession who = verb == "$root" ? scene.Session(build, "root", Transport.Http, limit.Token) : me;
        last = verb == "helm" ? await who.TryHelmAsync(words) : await who.TryKubectlAsync(input, words);
        input = null;
    }

    private async Task ActAsync(string verb, string text)
    {
        string[] parts = text.Split(' ', 2);
        switch (verb)
        {
            case "edit":
                last = new(0, await me.KubectlWithAsync("KUBE_EDITOR", $"sed -i {parts[0]}", ["edit", .. CommandWords.Split(parts[1])]), "");
                break;
            case "file":
                me.WriteFile(parts[0], parts[1].Replace("\\n", "\n", StringComparison.Ordinal));
                break;
            case "type":
                input = text.Replace("\\n", "\n", StringComparison.Ordinal);
                break;
            case "&":
                await EndAsync();
                beside = me.StartKubectl(CommandWords.Split(text));
                break;
            case "end":
                await EndAsync();
                break;
            default:
                string[] where = text.Split(' ', 3);
                scene.Cluster.EmitLog(where[0], where[1], where[2]);
                break;
        }
    }

    private async Task AwaitAsync(string verb, string text)
    {
        string[] parts = text.Split(' ');
        switch (verb)
        {
            case "until":
                last = new(0, await beside!.WaitForAsync(text, limit.Token), "");
                break;
            case "fetch":
                using (HttpClient client = new())
                {
                    string body = await client.GetStringAsync($"http://{LocalAddress().Match(last.Output).Value}{parts[0]}", limit.Token);
                    body.ShouldContain(text[(parts[0].Length + 1)..]);
                }

                break;
            default:
                await scene.Audit.RequireAsync(auditFrom, @case.Person, build.Minor, parts, limit.Token);
                break;
        }
    }

    private void Check(string verb, string text)
    {
        switch (verb)
        {
            case "exit":
                last.ExitCode.ShouldBe(int.Parse(text, CultureInfo.InvariantCulture), last.All);
                break;
            case "out":
                last.Output.ShouldContain(text, Case.Sensitive);
                break;
            case "err":
                last.Error.ShouldContain(text, Case.Sensitive);
                break;
            case "not" or "never":
                last.All.ShouldNotContain(text, Case.Sensitive);
                break;
            case "is":
                last.Output.Trim().ShouldBe(text);
                break;
            case "like":
                last.Output.ShouldMatch(text);
                break;
            case "sees":
                string[] parts = text.Split(' ');
                SeenObjects.Of(words, last.Output).ShouldBe(SeenObjects.Expected(scene.Cluster, parts[0].Split(','), parts[1..], words));
                break;
            default:
                string[] left = text.Split(' ');
                ResourceType type = SeenObjects.TypeOf(scene.Cluster, left[0]);
                scene.Cluster.Store.List(type, left[1]).Items.Select(o => o.Name()).Order(StringComparer.Ordinal).ShouldBe(left[2..]);
                break;
        }
    }

    private string Filled(string text) => text
        .Replace("{v}", build.Minor.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{id}", id, StringComparison.Ordinal)
        .Replace("{raw}", build.Minor < 35 ? "/clusters/simulated" : "", StringComparison.Ordinal);

    /// <summary>Whether a request that arrived at the cluster is of this person and kubectl.</summary>
    private bool IsMine(RecordedRequest request) =>
        request.Values("Impersonate-User").Contains(@case.Person)
        && request.Values("User-Agent").Any(a => a.StartsWith($"kubectl/v1.{build.Minor}.", StringComparison.Ordinal));

    private async Task EndAsync()
    {
        if (beside is not null)
        {
            await beside.DisposeAsync();
            beside = null;
        }
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex LocalAddress();
}
