namespace Tidegate.Filtering;

/// <summary>Whether an object may be shown to the person who asks.</summary>
/// <param name="ns">The object's namespace; empty for a kind of the whole cluster.</param>
/// <param name="name">The object's name, never empty.</param>
internal delegate bool ObjectVisibility(string ns, string name);
