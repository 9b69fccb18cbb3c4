namespace Tidegate.Schema;

/// <summary>
/// It is not known what kinds a cluster has, since it never said: nothing can be decided about its objects. Whoever serves a request answers 503.
/// </summary>
internal sealed class UnknownSchemaException(string message, Exception? innerException) : Exception(message, innerException);
