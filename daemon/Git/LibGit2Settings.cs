using System.Reflection;
using System.Runtime.InteropServices;
using LibGit2Sharp;

namespace Tidegate.Git;

/// <summary>
/// The settings that libgit2 keeps for a whole process. LibGit2Sharp exposes some of them; the others are set through
/// <c>git_libgit2_opts</c>, whose option numbers are positions in the enumeration of libgit2's <c>common.h</c> (a test reads them back).
/// </summary>
internal static unsafe partial class LibGit2Settings
{
    private const int ServerConnectTimeout = 39;
    private const int ServerTimeout = 41;
    private const int PackMaxObjects = 26;
    private const int FsyncGitDirectory = 19;

    /// <summary>Far beyond any repository of manifests, and a bound on what a hostile server can make the child unpack.</summary>
    private const int ObjectLimit = 5_000_000;

    private static readonly Lock Gate = new();
    private static bool isIsolated;

    /// <summary>
    /// Keeps the host's git configuration out: an <c>insteadOf</c>, a proxy or <c>sslVerify=false</c> of <c>/etc/gitconfig</c> must not
    /// change what the daemon fetches. Done once, before the first repository is opened.
    /// </summary>
    public static void Isolate()
    {
        lock (Gate)
        {
            if (isIsolated)
            {
                return;
            }

            foreach (var level in new[] { ConfigurationLevel.Global, ConfigurationLevel.Xdg, ConfigurationLevel.System, ConfigurationLevel.ProgramData })
            {
                GlobalSettings.SetConfigSearchPaths(level, "/dev/null");
            }

            isIsolated = true;
        }
    }

    /// <summary>
    /// Prepares the process that fetches. <c>SSL_CERT_FILE</c> replaces OpenSSL's own authorities, where libgit2's option would only add
    /// to them: a pinned authority is then the only one.
    /// </summary>
    public static void PrepareFetch(FetchRequest request, GitUrl url, string? sshCommand)
    {
        if (request.Repository.CaFile is { } authorities)
        {
            SetEnvironment("SSL_CERT_FILE", authorities);
            SetEnvironment("SSL_CERT_DIR", "/dev/null");
        }

        if (sshCommand is not null)
        {
            SetEnvironment("GIT_SSH_COMMAND", sshCommand);
        }

        Isolate();

        // Whoever configures a local path means it, whoever owns it, and libgit2 runs nothing that such a repository configures.
        GlobalSettings.SetOwnerValidation(url.Transport != GitTransport.Local);
        Set(ServerConnectTimeout, request.ConnectTimeout);
        Set(ServerTimeout, request.IdleTimeout);
        Set(PackMaxObjects, ObjectLimit);
        Set(FsyncGitDirectory, 1);
    }

    /// <summary>The connect and idle timeouts in force, in milliseconds.</summary>
    public static (int Connect, int Idle) Timeouts()
    {
        int connect, idle;
        var options = (delegate* unmanaged[Cdecl]<int, int*, int>)Options();
        Check(options(ServerConnectTimeout - 1, &connect));
        Check(options(ServerTimeout - 1, &idle));
        return (connect, idle);
    }

    private static void Set(int option, int value) => Check(((delegate* unmanaged[Cdecl]<int, nint, int>)Options())(option, value));

    private static void Check(int error)
    {
        if (error < 0)
        {
            throw new InvalidOperationException($"libgit2 refused a setting (error {error}).");
        }
    }

    private static nint Options() => Export("git_libgit2_opts");

    /// <summary>A function of the library that LibGit2Sharp has loaded.</summary>
    public static nint Export(string function)
    {
        // Reading the version makes LibGit2Sharp load and initialise the library; its file name holds the commit it was built from.
        _ = GlobalSettings.Version;
        var assembly = typeof(Repository).Assembly;
        var name = assembly.GetType("LibGit2Sharp.Core.NativeDllName")?
            .GetField("Name", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string
            ?? throw new InvalidOperationException("LibGit2Sharp does not name its native library as expected.");
        return NativeLibrary.GetExport(NativeLibrary.Load(name, assembly, null), function);
    }

    /// <summary>Sets a variable where native code sees it; .NET keeps its own copy on Unix.</summary>
    private static void SetEnvironment(string name, string value)
    {
        if (SetEnvironmentNative(name, value, 1) != 0)
        {
            throw new InvalidOperationException($"setenv {name} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetEnvironmentNative(string name, string value, int overwrite);
}
