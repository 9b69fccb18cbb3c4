using System.Runtime.InteropServices;

namespace Tidegate.Git;

/// <summary>
/// The names of a tree's entries as bytes, which LibGit2Sharp does not give: names are bytes to git, and two that are not UTF-8 may read alike.
/// The functions are libgit2's of the same names (include/git2/tree.h, repository.h).
/// </summary>
internal static unsafe class RawTree
{
    private const int IdLength = 20;

    /// <summary>In the tree's order.</summary>
    /// <param name="repository">Path of the git directory.</param>
    /// <exception cref="LibGit2Sharp.LibGit2SharpException">The tree cannot be read.</exception>
    public static IReadOnlyList<byte[]> Names(string repository, string treeId)
    {
        nint opened = 0, tree = 0;
        var path = Marshal.StringToCoTaskMemUTF8(repository);
        try
        {
            var id = stackalloc byte[IdLength];
            Convert.FromHexString(treeId).CopyTo(new Span<byte>(id, IdLength));
            Check(((delegate* unmanaged[Cdecl]<nint*, nint, int>)LibGit2Settings.Export("git_repository_open"))(&opened, path), repository);
            Check(((delegate* unmanaged[Cdecl]<nint*, nint, byte*, int>)LibGit2Settings.Export("git_tree_lookup"))(&tree, opened, id), treeId);
            return Names(tree);
        }
        finally
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)LibGit2Settings.Export("git_tree_free"))(tree);
            ((delegate* unmanaged[Cdecl]<nint, void>)LibGit2Settings.Export("git_repository_free"))(opened);
            Marshal.FreeCoTaskMem(path);
        }
    }

    private static byte[][] Names(nint tree)
    {
        var entryAt = (delegate* unmanaged[Cdecl]<nint, nuint, nint>)LibGit2Settings.Export("git_tree_entry_byindex");
        var nameOf = (delegate* unmanaged[Cdecl]<nint, byte*>)LibGit2Settings.Export("git_tree_entry_name");
        var names = new byte[(int)((delegate* unmanaged[Cdecl]<nint, nuint>)LibGit2Settings.Export("git_tree_entrycount"))(tree)][];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(nameOf(entryAt(tree, (nuint)i))).ToArray();
        }

        return names;
    }

    private static void Check(int error, string what)
    {
        if (error < 0)
        {
            throw new LibGit2Sharp.NotFoundException($"{what} cannot be read (error {error})");
        }
    }
}
