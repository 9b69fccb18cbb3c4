using Tidegate;
using Tidegate.Cli;
using Tidegate.Git;

// The fetch child starts for every pass: nothing else is loaded for it.
return args is [FetchCommand.Verb]
    ? FetchChild.Run(Console.In, Console.Out)
    : await CommandLine.RunAsync(args, DaemonHost.RunAsync);
