using Tidegate.Values;

namespace Tidegate.Patterns;

/// <summary>All texts, in classes that a set of patterns cannot tell apart.</summary>
/// <param name="Patterns">The set, as they were written, in ordinal order.</param>
/// <param name="Classes">The one with the shortest witness first.</param>
/// <param name="IsExact">False when the patterns are too much to work out: then classes may be missing, and those that are given exist.</param>
internal sealed record PatternPartition(EquatableList<string> Patterns, EquatableList<PatternClass> Classes, bool IsExact);

/// <summary>Texts that the same patterns match.</summary>
/// <param name="Witness">One of the shortest among them.</param>
/// <param name="Matching">The patterns, as they were written, in ordinal order.</param>
internal sealed record PatternClass(string Witness, EquatableList<string> Matching);
