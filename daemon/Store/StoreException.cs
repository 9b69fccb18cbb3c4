namespace Tidegate.Store;

/// <summary>The store cannot be used, and a person must act: the message names the file and the remedy.</summary>
internal sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
