using Tidegate.Tests.Hosting;
using Tidegate.Tests.Store;

// The test runner does not come through here; tests that need a victim process do.
switch (args)
{
    case ["write-store", var path]:
        StoreWriter.Run(path, Console.Out);
        return 0;
    case ["answer-signals"]:
        SignalAnswers.Run(Console.In, Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("This assembly is run by dotnet test.");
        return 2;
}
