namespace Tidegate.Filtering;

/// <summary>The forms of an answer that can be filtered.</summary>
internal enum AnswerForm
{
    /// <summary>One JSON document: a list of a kind, of <c>PartialObjectMetadata</c>, or a <c>Table</c>.</summary>
    JsonList,

    /// <summary>JSON documents one after the other, each an event.</summary>
    JsonWatch,

    /// <summary>One <c>runtime.Unknown</c> behind the four bytes <c>k8s\0</c>, holding a list.</summary>
    ProtobufList,

    /// <summary>One JSON document: an object, or a <c>Table</c> of it.</summary>
    JsonObject,

    /// <summary>One <c>runtime.Unknown</c> that holds an object.</summary>
    ProtobufObject,

    /// <summary>One JSON document that should be a <c>Status</c>.</summary>
    JsonStatus,

    /// <summary>One <c>runtime.Unknown</c> that should hold a <c>Status</c>.</summary>
    ProtobufStatus,

    /// <summary>Frames of a length in four bytes, highest first, and a <c>WatchEvent</c>.</summary>
    ProtobufWatch,
}
