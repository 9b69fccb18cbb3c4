using System.Runtime.Loader;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class LoadedProgramTests
{
    [Fact]
    public void Nothing_that_a_loaded_assembly_refers_to_is_left_on_the_disk()
    {
        var loaded = LoadedProgram.LoadAll(typeof(LoadedProgram).Assembly);

        loaded.ShouldContain("LibGit2Sharp");
        loaded.ShouldContain("Microsoft.AspNetCore.Server.Kestrel.Core");
        loaded.ShouldContain("System.Private.CoreLib", "a reference of a reference");
        var there = AssemblyLoadContext.Default.Assemblies.ToDictionary(a => a.GetName().Name!, StringComparer.Ordinal);
        var left =
            from name in loaded
            from reference in there[name].GetReferencedAssemblies()
            where !there.ContainsKey(reference.Name!) && IsShipped(reference)
            select reference.Name;
        left.ShouldBeEmpty();
    }

    [Fact]
    public void A_build_with_its_assemblies_beside_it_is_not_taken_for_a_package() => LoadedProgram.IsPackaged.ShouldBeFalse();

    private static bool IsShipped(System.Reflection.AssemblyName name)
    {
        var known = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return known.Any(path => Path.GetFileNameWithoutExtension(path) == name.Name);
    }
}
