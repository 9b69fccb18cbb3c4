using Tidegate;
using Tidegate.Cli;
using Tidegate.Git;
using Tidegate.Hosting;

// The fetch child starts for every pass: nothing else is loaded for it.
if (args is [FetchCommand.Verb])
{
    return FetchChild.Run(Console.In, Console.Out);
}

// Before all else, so that a daemon that is told to stop while it starts comes to a clean end.
using var signals = args is ["start", ..] ? DaemonSignals.Register() : null;
return await CommandLine.RunAsync(args, (config, cancellationToken) => DaemonHost.RunAsync(config, signals, cancellationToken));
