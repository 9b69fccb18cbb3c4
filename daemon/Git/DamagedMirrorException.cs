namespace Tidegate.Git;

/// <summary>An object that the mirror must hold is missing or unreadable: <see cref="GitFetcher.GiveUpMirror"/>, then fetch again.</summary>
internal sealed class DamagedMirrorException(string message, Exception? inner) : Exception(message, inner);
