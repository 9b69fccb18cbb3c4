namespace Tidegate.Filtering;

/// <summary>What a request asks for of which somebody may see a part.</summary>
internal enum AnswerKind
{
    List,
    Watch,

    /// <summary>One object by its path.</summary>
    Object,

    /// <summary>What an error says of a list or a watch.</summary>
    Error,
}
