using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>What a client asked for with its own <c>Impersonate-*</c> headers (kubectl's <c>--as</c>, <c>--as-group</c>). A choice within what the roles allow, no more.</summary>
/// <param name="Users">Every <c>Impersonate-User</c> line in order, empty ones included.</param>
/// <param name="Groups">Every <c>Impersonate-Group</c> line in order; a line is one group, commas are part of its name.</param>
/// <param name="Unsupported">Other header names with the prefix, as the client spelt them.</param>
internal sealed record ImpersonationRequest(EquatableList<string> Users, EquatableList<string> Groups, EquatableList<string> Unsupported)
{
    /// <summary>The client asked for nothing.</summary>
    public static readonly ImpersonationRequest None = new([], [], []);
}
