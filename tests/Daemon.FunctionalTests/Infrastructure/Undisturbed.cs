namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>Tests that hold a promise of one second against the clock: they run when no other test does, whose work would be in the time that they measure.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Undisturbed
{
    public const string Name = "undisturbed";
}
