using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>
/// <c>tidegate access explain</c> and <c>access list</c>: what somebody may do and why. With a kubeconfig that points at a gate people ask it for themselves; at the daemon's
/// socket administrators ask for anybody, also about a revision or a folder that is not in force.
/// </summary>
internal static class AccessCommand
{
    public static Command Create() => new("access", "Ask who may do what, and why.") { Explain(), List() };

    private static Command Explain()
    {
        var asking = new AccessVerb("explain", "Explain why somebody may do something or not.");
        var verb = new Argument<string>("VERB") { Description = "A verb of the Kubernetes API, or exec or portforward", HelpName = "VERB" };
        verb.CompletionSources.Add("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "exec", "portforward");
        var resource = new Argument<string>("RESOURCE") { Description = "Plural name: pods, deployments.apps, pods/log", HelpName = "NAME" };
        var name = new Argument<string?>("NAME") { Description = "The object (default: the collection, or any object)", Arity = ArgumentArity.ZeroOrOne, HelpName = "NAME" };
        var ns = new Option<string?>("--namespace", "-n") { Description = "The namespace (default: all)", HelpName = "NAME" };
        asking.Command.Add(verb);
        asking.Command.Add(resource);
        asking.Command.Add(name);
        asking.Command.Add(ns);
        return asking.Does(async (source, format, asked, parsed, cancellationToken) =>
        {
            var action = new ActionRequest(parsed.GetValue(verb)!, parsed.GetValue(resource)!, parsed.GetValue(ns), parsed.GetValue(name));
            var view = await source.PostAsync("v1/access/explain", asked with { Action = action }, ApiJson.Default.ExplainView, cancellationToken);
            Output.Print(format, view, ApiJson.Default.ExplainView, to => AccessText.Print(to, view, action));
            return view.Items.Any(i => i.Decision != "denied") ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static Command List() =>
        new AccessVerb("list", "List what somebody can do where.").Does(async (source, format, asked, _, cancellationToken) =>
        {
            var view = await source.PostAsync("v1/access/list", asked, ApiJson.Default.AccessListView, cancellationToken);
            Output.Print(format, view, ApiJson.Default.AccessListView, to => AccessText.Print(to, view));
            return ExitCode.Done;
        });
}
