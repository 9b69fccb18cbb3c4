using Tidegate.Simulation;

return await CommandLine.RunAsync(args);
