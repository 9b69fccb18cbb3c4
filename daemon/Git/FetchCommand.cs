namespace Tidegate.Git;

/// <summary>How to start this program again as the fetch child.</summary>
internal sealed record FetchCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The hidden verb that makes a process the fetch child.</summary>
    public const string Verb = "fetch-child";

    /// <summary>The running binary: its own file, or the <c>dotnet</c> that runs its assembly.</summary>
    public static FetchCommand OfThisProcess()
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("The path of the running program is unknown.");
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? new(process, [typeof(FetchCommand).Assembly.Location, Verb])
            : new(process, [Verb]);
    }
}
