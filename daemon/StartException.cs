namespace Tidegate;

/// <summary>The daemon cannot start; the message says why.</summary>
internal sealed class StartException(string message) : Exception(message);
