namespace Tidegate.Tests.Fuzzing;

/// <summary>A target broke a promise; the message says with which seed and input.</summary>
internal sealed class FuzzFailureException(string message, Exception inner) : Exception($"{message}: {inner.Message}", inner);
