namespace Tidegate;

/// <summary>What came of reading the configuration again.</summary>
/// <param name="File">The configuration file.</param>
/// <param name="Errors">Why it was not taken; empty when it is in force.</param>
/// <param name="Warnings">What is odd about it all the same.</param>
/// <param name="NeedingRestart">Settings that changed and that a running daemon cannot take over.</param>
internal sealed record ReloadResult(string File, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<string> NeedingRestart);
