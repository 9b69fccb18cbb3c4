namespace Tidegate.Values;

/// <summary>Something a person must mend in a file: it names place, field, what is wrong and what to do.</summary>
/// <param name="File">Path as the person knows it.</param>
/// <param name="Line">Line, counted from 1; 0 when the problem concerns the whole file.</param>
/// <param name="Column">Column, counted from 1; 0 when unknown.</param>
/// <param name="Field">Path of the field, such as <c>spec.allow.kubernetes_labels.env</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong and what to do about it, one sentence or two, no secret in it.</param>
internal sealed record Problem(string File, int Line, int Column, string Field, string Message)
{
    /// <summary>The resource concerned as <c>kind/name</c>, when the document says so much.</summary>
    public string? Resource { get; init; }

    /// <summary>Whether an older, valid version of the resource stays in force.</summary>
    public bool KeepsLastGood { get; init; }

    /// <summary>Whether the resource is in force all the same, and only does less than somebody may expect.</summary>
    public bool IsWarning { get; init; }

    /// <summary>Whether time makes it worse, so that it is said again each day until somebody has acted.</summary>
    public bool RepeatsDaily { get; init; }

    /// <summary><c>file:line:column: field: message</c>, the form that compilers use and editors understand.</summary>
    public override string ToString()
    {
        var place = (Line, Column) switch
        {
            (0, _) => File,
            (_, 0) => $"{File}:{Line}",
            _ => $"{File}:{Line}:{Column}",
        };
        return Field.Length == 0 ? $"{place}: {Message}" : $"{place}: {Field}: {Message}";
    }
}
