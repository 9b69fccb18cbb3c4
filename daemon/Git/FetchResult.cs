using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>Why a fetch failed; each kind has its own remedy.</summary>
internal enum FetchFailure
{
    /// <summary>Name resolution, connection, a connection that broke, or an answer of the server that is no git.</summary>
    Unreachable,

    /// <summary>The server's certificate is not acceptable.</summary>
    Certificate,

    /// <summary>The server refused the credentials, or there are none, or their file cannot be read.</summary>
    Authentication,

    /// <summary>The ssh server's key is not the pinned one.</summary>
    HostKey,

    /// <summary>No such repository, branch, tag or commit.</summary>
    NotFound,

    /// <summary>The server sent the client to another host.</summary>
    Redirect,

    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The local mirror is damaged or cannot be written, and cloning anew did not help.</summary>
    Storage,

    /// <summary>The repository uses a feature that is not supported, such as SHA-256 object ids.</summary>
    Unsupported,

    /// <summary>The options are not usable.</summary>
    Configuration,

    /// <summary>Anything else; the message holds the library's own words.</summary>
    Other,
}

/// <summary>What a fetch led to.</summary>
internal abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>The mirror now names another commit than before this fetch.</summary>
    internal sealed record Updated(Revision Revision) : FetchResult;

    /// <summary>
    /// The mirror named this commit already. Whether the commit was also applied is the caller's knowledge: a daemon that died
    /// between fetch and apply meets this result with work still to do.
    /// </summary>
    internal sealed record Unchanged(Revision Revision) : FetchResult;

    /// <summary>The commits that were asked for by name, in the same order.</summary>
    internal sealed record Named(IReadOnlyList<Revision> Revisions) : FetchResult;

    /// <param name="Message">One sentence with the remedy, without any secret.</param>
    internal sealed record Failed(FetchFailure Failure, string Message) : FetchResult;
}
