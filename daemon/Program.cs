using Tidegate;
using Tidegate.Cli;
using Tidegate.Git;

// The fetch child starts for every pass: nothing else is loaded for it.
return args is ["fetch-child"]
    ? FetchChild.Run(Console.In, Console.Out)
    : await CommandLine.RunAsync(args, DaemonHost.RunAsync);
