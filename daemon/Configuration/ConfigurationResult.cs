using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>What came out of reading a teleport.yaml.</summary>
/// <param name="Configuration">Null exactly when there are errors.</param>
/// <param name="Errors">All of them, in the order of the file.</param>
/// <param name="Warnings">What is ignored, in the order of the file.</param>
internal sealed record ConfigurationResult(TidegateConfiguration? Configuration, IReadOnlyList<Problem> Errors, IReadOnlyList<Problem> Warnings);
