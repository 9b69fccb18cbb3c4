namespace Tidegate.Simulation.Identity;

/// <summary>What an authorizer is asked: a verb on a resource, or on a path if <see cref="Path"/> is set.</summary>
internal sealed record AccessQuestion(string Verb, string Group = "", string Resource = "", string Subresource = "", string Namespace = "", string Name = "")
{
    public string? Path { get; init; }

    public string ResourceAndSubresource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}
