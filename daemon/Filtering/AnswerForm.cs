namespace Tidegate.Filtering;

/// <summary>The forms of a collection's answer that can be filtered.</summary>
internal enum AnswerForm
{
    /// <summary>One JSON document: a list of a kind, of <c>PartialObjectMetadata</c>, or a <c>Table</c>.</summary>
    JsonList,

    /// <summary>JSON documents one after the other, each an event.</summary>
    JsonWatch,

    /// <summary>One <c>runtime.Unknown</c> behind the four bytes <c>k8s\0</c>, holding a list.</summary>
    ProtobufList,

    /// <summary>Frames of a length in four bytes, highest first, and a <c>WatchEvent</c>.</summary>
    ProtobufWatch,
}
