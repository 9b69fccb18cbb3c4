using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What all validated resources have, whatever their kind.</summary>
internal interface IResource
{
    string Name { get; }

    Origin Origin { get; }

    /// <summary>The instant from which the resource no longer exists.</summary>
    DateTimeOffset? Expires { get; }
}
