using System.CommandLine;
using Tidegate.Configuration;
using Tidegate.Git;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Cli;

/// <summary><c>tidegate check [DIR]</c>: validates the configuration and a folder of manifests, offline and in the daemon's own words.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config", "-c")
        {
            Description = "Path of teleport.yaml (default: $TIDEGATE_CONFIG, else the default path; without DIR it must be there)",
            HelpName = "FILE",
        };
        var folder = new Argument<string?>("DIR") { Description = "A folder of manifests, read with all folders below it (default: only the configuration is checked)", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<CheckFormat>("--format") { Description = "How to print: text, json or github (annotations of a workflow)", HelpName = "FORMAT", DefaultValueFactory = _ => CheckFormat.Text };
        var files = new Option<bool>("--files") { Description = "With DIR, also look at the files of this host that the configuration and the manifests name (default: only without DIR)" };
        var command = new Command("check", "Validate the configuration and manifests, offline.") { folder, config, files, format };
        command.SetAction(parsed =>
        {
            var told = parsed.GetValue(config) ?? Environment.GetEnvironmentVariable("TIDEGATE_CONFIG");
            var manifests = parsed.GetValue(folder);
            var errors = new List<Problem>();
            var warnings = new List<Problem>();
            var readsFiles = manifests is null || parsed.GetValue(files);
            var configuration = ReadConfiguration(told, isOptional: manifests is not null, readsFiles, errors, warnings);
            var count = manifests is null ? 0 : ReadManifests(manifests, configuration, readsFiles, errors, warnings);
            CheckText.Print(parsed.GetValue(format), errors, warnings, manifests is null ? null : count);
            return errors.Count > 0 ? ExitCode.Usage : ExitCode.Done;
        });
        return command;
    }

    /// <summary>With a folder alone to check, a configuration that nobody named need not exist.</summary>
    private static TidegateConfiguration? ReadConfiguration(string? told, bool isOptional, bool readsFiles, List<Problem> errors, List<Problem> warnings)
    {
        var path = told is { Length: > 0 } ? told : ConfigurationReader.DefaultPath;
        if (isOptional && told is not { Length: > 0 } && !File.Exists(path))
        {
            return null;
        }

        var result = ConfigurationReader.Read(path);
        errors.AddRange(result.Errors);
        warnings.AddRange(result.Warnings);
        if (readsFiles && result.Configuration is { } configuration)
        {
            var files = ConfigurationFiles.Verify(configuration);
            errors.AddRange(files);
            warnings.AddRange(ConfigurationFiles.Warnings(path, configuration));
            if (files.Count == 0 && configuration.KubernetesService is { KubeconfigFile: { } kubeconfig } service)
            {
                errors.AddRange(StaticClusters.Load(kubeconfig, service.AllowInsecureSkipTlsVerify).Problems);
            }
        }

        return result.Configuration;
    }

    private static int ReadManifests(string folder, TidegateConfiguration? configuration, bool readsFiles, List<Problem> errors, List<Problem> warnings)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"there is no folder {folder}", ExitCode.Usage);
        }

        var (found, unread) = DiskFolder.Read(folder);
        var files = found.Select(f => ManifestReader.Read(f.Path, f.Content, "")).ToList();
        files.AddRange(unread.GroupBy(p => p.File, StringComparer.Ordinal).Select(f => FileResources.Unread(f.Key, f)));
        var service = configuration?.KubernetesService;
        var options = new BuildOptions
        {
            Selectors = [.. (service?.Resources ?? []).Select(r => LabelSelector.Compile(r, out _)).OfType<LabelSelector>()],
            ReadsHostFiles = readsFiles,
            KubeconfigDirectories = service?.KubeconfigDirectories ?? [],
            AllowInsecureSkipTlsVerify = service?.AllowInsecureSkipTlsVerify ?? false,
            Addresses = configuration?.Addresses ?? AddressPolicy.Strict,
            SystemPrincipals = SystemPrincipals.Of(service?.AllowSystemPrincipals ?? []),
        };
        var state = DesiredStateBuilder.Build(null, files, DesiredState.Empty, options, TimeProvider.System.GetUtcNow());
        foreach (var problem in state.Problems.Select(p => p with { File = Path.Combine(folder, p.File) }))
        {
            (problem.IsWarning ? warnings : errors).Add(problem);
        }

        return files.Sum(f => f.Resources.Count);
    }
}

/// <summary>How findings are printed.</summary>
internal enum CheckFormat
{
    Text,
    Json,
    Github,
}
