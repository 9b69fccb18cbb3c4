using System.Runtime.InteropServices;

namespace Tidegate.Git;

/// <summary>What kind of thing a name of a directory is, from <c>d_type</c> of readdir(3).</summary>
internal enum DirectoryEntryType : byte
{
    /// <summary>The file system does not say.</summary>
    Unknown = 0,
    Directory = 4,
    File = 8,
    Link = 10,
}

/// <summary>
/// The entries of a directory with their names as bytes: .NET decodes names, and one that is not UTF-8 then names nothing. The layout of <c>dirent</c> is that
/// of 64-bit Linux, the same in glibc and musl.
/// </summary>
internal static unsafe partial class RawDirectory
{
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    /// <param name="path">Bytes of the path.</param>
    /// <returns>The entries less <c>.</c> and <c>..</c>, or null with the reason when the directory cannot be opened.</returns>
    public static IReadOnlyList<(byte[] Name, DirectoryEntryType Type)>? Read(ReadOnlySpan<byte> path, out string? error)
    {
        error = null;
        var terminated = new byte[path.Length + 1];
        path.CopyTo(terminated);
        var directory = OpenDirectory(terminated);
        if (directory == 0)
        {
            error = Marshal.GetLastPInvokeErrorMessage();
            return null;
        }

        var entries = new List<(byte[], DirectoryEntryType)>();
        for (var entry = ReadEntry(directory); entry is not null; entry = ReadEntry(directory))
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                entries.Add((name.ToArray(), (DirectoryEntryType)entry[TypeOffset]));
            }
        }

        _ = CloseDirectory(directory);
        return entries;
    }

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true)]
    private static partial nint OpenDirectory(byte[] path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial byte* ReadEntry(nint directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint directory);
}
